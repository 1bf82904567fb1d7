import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { ChunkRow } from './schema.ts';

export interface LiveGeneration {
  userId: string;
  fileId: string;
  generation: number;
}

/** The generation of the file that is searched; undefined when there is none, or none any more. */
export async function findLiveGeneration(
  db: DbOrTrx,
  userId: string,
  fileId: string,
): Promise<LiveGeneration | undefined> {
  const row = await db
    .selectFrom('files')
    .select((column) => column.ref('live_generation').$notNull().as('generation'))
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .where('live_generation', 'is not', null)
    .where('duplicate_of', 'is', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return row && { userId, fileId, generation: row.generation };
}

/**
 * Holds a generation in the name of `holder` while it is searched: the lease is that of its first chunk, for which a
 * deletion of the file waits as it does for publishing.
 * @returns false when it is not searched any more, or another holds it
 */
export async function holdGeneration(
  db: DbOrTrx,
  { userId, fileId, generation }: LiveGeneration,
  holder: string,
  leaseSeconds: number,
): Promise<boolean> {
  const result = await sql`
    with held as (
      select c.id
      from chunks c join files f on f.id = c.file_id
      where c.id = (
          select id from chunks where file_id = ${fileId} and generation = ${generation} order by chunk_index limit 1
        )
        and c.user_id = ${userId} and (c.lease_holder = ${holder}::uuid or coalesce(c.lease_expires_at <= now(), true))
        and f.deleted_at is null and f.live_generation = c.generation
      for update of c skip locked
    )
    update chunks c
    set lease_holder = ${holder}::uuid, lease_expires_at = now() + make_interval(secs => ${leaseSeconds})
    from held where c.id = held.id
    returning c.id`.execute(db);
  return result.rows.length > 0;
}

export async function releaseGeneration(db: DbOrTrx, generation: LiveGeneration, holder: string): Promise<void> {
  await db
    .updateTable('chunks')
    .set({ lease_holder: null, lease_expires_at: null })
    .where('file_id', '=', generation.fileId)
    .where('generation', '=', generation.generation)
    .where('user_id', '=', generation.userId)
    .where('lease_holder', '=', holder)
    .execute();
}

/** A passage or a picture. */
export type StoredPlace = Pick<ChunkRow, 'id' | 'chunk_index' | 'page'>;
export type StoredPassage = StoredPlace & Pick<ChunkRow, 'content' | 'heading_path' | 'language'>;

function chunksFrom(db: DbOrTrx, { userId, fileId, generation }: LiveGeneration, fromIndex: number) {
  return db
    .selectFrom('chunks')
    .where('file_id', '=', fileId)
    .where('generation', '=', generation)
    .where('user_id', '=', userId)
    .where('chunk_index', '>=', fromIndex)
    .orderBy('chunk_index');
}

/** In their order, from one index on. */
export function listStoredPassages(
  db: DbOrTrx,
  generation: LiveGeneration,
  fromIndex: number,
  limit: number,
): Promise<StoredPassage[]> {
  return chunksFrom(db, generation, fromIndex)
    .select(['id', 'chunk_index', 'page', 'content', 'heading_path', 'language'])
    .limit(limit)
    .execute();
}

const BELOW_ALL = -(2 ** 31);

/** The pictures of a generation, which have an index below zero. */
export function listStoredPictures(db: DbOrTrx, generation: LiveGeneration): Promise<StoredPlace[]> {
  return chunksFrom(db, generation, BELOW_ALL)
    .select(['id', 'chunk_index', 'page'])
    .where('chunk_index', '<', 0)
    .execute();
}

/** Notes that the generation is in an index whole, as long as it is the one that is searched. */
export async function noteBackfilled(
  db: DbOrTrx,
  { userId, fileId, generation }: LiveGeneration,
  indexId: number,
  cut: number,
): Promise<void> {
  await db
    .updateTable('files')
    .set({ backfilled_index: indexId, backfilled_generation: generation, backfilled_cut: cut })
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .where('live_generation', '=', generation)
    .where('deleted_at', 'is', null)
    .execute();
}
