import { sql } from 'kysely';
import type { Location } from '#shared/domain/location.ts';
import type { DbOrTrx } from './database.ts';
import type { ChunkRow, NewChunkRow } from './schema.ts';

export async function insertChunks(db: DbOrTrx, chunks: readonly NewChunkRow[]): Promise<void> {
  // PostgreSQL takes 65,535 parameters a statement; a row has 14.
  for (let start = 0; start < chunks.length; start += 1_000) {
    await db
      .insertInto('chunks')
      .values(chunks.slice(start, start + 1_000))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

export type UnembeddedChunk = Pick<ChunkRow, 'id' | 'content' | 'heading_path' | 'language'>;

/** Chunks are embedded in their order, so those that still wait are the ones from `fromIndex` on. */
export function listUnembedded(
  db: DbOrTrx,
  owner: { userId: string; fileId: string; generation: number },
  fromIndex: number,
  limit: number,
): Promise<UnembeddedChunk[]> {
  return db
    .selectFrom('chunks')
    .select(['id', 'content', 'heading_path', 'language'])
    .where('file_id', '=', owner.fileId)
    .where('generation', '=', owner.generation)
    .where('user_id', '=', owner.userId)
    .where('chunk_index', '>=', fromIndex)
    .orderBy('chunk_index')
    .limit(limit)
    .execute();
}

export interface ChunkVectors {
  id: string;
  dense: number[];
  sparse: { indices: number[]; values: number[] };
}

/** Puts the vectors of passages in the outbox. @returns how many chunks got theirs; those that had some already keep them */
export async function storeVectors(
  db: DbOrTrx,
  userId: string,
  model: string,
  vectors: readonly ChunkVectors[],
): Promise<number> {
  const result = await sql`
    update chunks
    set dense_vector = v.dense::real[], sparse_indices = v.indices::integer[], sparse_values = v.weights::real[],
        embedding_model = ${model}, next_attempt_at = now()
    from unnest(
      ${vectors.map(({ id }) => id)}::uuid[],
      ${vectors.map(({ dense }) => realsLiteral(dense))}::text[],
      ${vectors.map(({ sparse }) => `{${sparse.indices.join()}}`)}::text[],
      ${vectors.map(({ sparse }) => realsLiteral(sparse.values))}::text[]
    ) as v(id, dense, indices, weights)
    where chunks.id = v.id and chunks.user_id = ${userId} and chunks.embedding_model is null`.execute(db);
  return Number(result.numAffectedRows ?? 0n);
}

/** Nine digits tell one number of four bytes from all others; as JSON, the server would make a decimal number of each first. */
function realsLiteral(numbers: readonly number[]): string {
  return `{${numbers.map((number) => number.toPrecision(9)).join()}}`;
}

/** @param after generations up to this one stay */
export async function deleteChunks(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  upToGeneration: number,
  after = 0,
): Promise<void> {
  await db
    .deleteFrom('chunks')
    .where('file_id', '=', fileId)
    .where('user_id', '=', userId)
    .where('generation', '<=', upToGeneration)
    .where('generation', '>', after)
    .execute();
}

export interface FoundChunk {
  id: string;
  fileId: string;
  filename: string;
  contentType: string;
  content: string;
  headingPath: string[];
  page: number;
  charStart: number;
  charEnd: number;
  location: Location | null;
  language: string | null;
}

/** The texts of those chunks that search may show: of live generations of files that are there. In no order. */
export function findLiveChunks(db: DbOrTrx, userId: string, ids: readonly string[]): Promise<FoundChunk[]> {
  return db
    .selectFrom('chunks')
    .innerJoin('files', 'files.id', 'chunks.file_id')
    .select([
      'chunks.id',
      'chunks.file_id as fileId',
      'files.filename',
      'files.content_type as contentType',
      'chunks.content',
      'chunks.heading_path as headingPath',
      'chunks.page',
      'chunks.char_start as charStart',
      'chunks.char_end as charEnd',
      'chunks.location',
      'chunks.language',
    ])
    .where('chunks.id', 'in', [...ids])
    .where('chunks.user_id', '=', userId)
    .where('files.user_id', '=', userId)
    .where('files.deleted_at', 'is', null)
    .where('files.duplicate_of', 'is', null)
    .whereRef('chunks.generation', '=', 'files.live_generation')
    .execute();
}

/** What the chunks say, by id. */
export async function findChunkTexts(
  db: DbOrTrx,
  userId: string,
  ids: readonly string[],
): Promise<Map<string, { text: string; headingPath: string[] }>> {
  const rows = await db
    .selectFrom('chunks')
    .select(['id', 'content', 'heading_path'])
    .where('user_id', '=', userId)
    .where('id', 'in', [...ids])
    .execute();
  return new Map(rows.map(({ id, content, heading_path }) => [id, { text: content, headingPath: heading_path }]));
}

/**
 * The generations whose points may be in the vector store and must not be found: those that are being published or
 * failed on the way, and those that are deleted.
 */
export async function findHiddenGenerations(
  db: DbOrTrx,
  userId: string,
  limit: number,
): Promise<{ fileId: string; from?: number; upTo?: number }[]> {
  // A file has points beyond its live generation from its first vectors on (a picture may have no other); before them, only an earlier attempt left any.
  const { rows } = await sql<{ fileId: string; from: number | null; upTo: number | null }>`
    select id as "fileId", live_generation + 1 as "from", null::integer as "upTo"
    from files
    where user_id = ${userId} and deleted_at is null and duplicate_of is null
      and generation is distinct from live_generation
      and (chunks_embedded > 0 or pictures > 0 or generation > coalesce(live_generation, 0) + 1)
    union all
    -- of a generation that was superseded while an earlier one is found, the branch above tells
    select t.file_id, null, max(t.up_to_generation)
    from tombstones t
    left join files f on f.id = t.file_id and f.user_id = t.user_id and f.deleted_at is null
    where t.user_id = ${userId} and (f.live_generation is null or f.live_generation > t.up_to_generation)
    group by t.file_id
    limit ${limit}`.execute(db);
  return rows.map(({ fileId, from, upTo }) => ({
    fileId,
    ...(from === null ? {} : { from }),
    ...(upTo === null ? {} : { upTo }),
  }));
}
