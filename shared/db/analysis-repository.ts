import { sql } from 'kysely';
import type { StoredPassage } from './backfill-repository.ts';
import type { DbOrTrx } from './database.ts';

/** Passages of one file, whose words became terms together. */
export interface AnalysedSegment {
  id: number;
  generation: number;
  firstChunk: number;
  chunks: number;
}

/** Files of all people that can be found by terms of rules below `version`, by id, from the one behind `after` on. */
export async function listFilesToAnalyse(
  db: DbOrTrx,
  version: number,
  after: string | undefined,
  most: number,
): Promise<{ userId: string; fileId: string }[]> {
  const { rows } = await sql<{ userId: string; fileId: string }>`
    select owner as "userId", file as "fileId"
    from files_to_analyse(${version}, ${after ?? '00000000-0000-0000-0000-000000000000'}, ${most})`.execute(db);
  return rows;
}

/** The file's next segment of rules below `version`; undefined when there is none, or the file is not whole and searched. */
export function findSegmentToAnalyse(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  version: number,
): Promise<AnalysedSegment | undefined> {
  return db
    .selectFrom('bm25_segments')
    .innerJoin('files', 'files.id', 'bm25_segments.file_id')
    .select([
      'bm25_segments.id',
      'bm25_segments.generation',
      'bm25_segments.first_chunk as firstChunk',
      'bm25_segments.chunks',
    ])
    .where('bm25_segments.file_id', '=', fileId)
    .where('bm25_segments.user_id', '=', userId)
    .where('bm25_segments.analysis', '<', version)
    .where('files.user_id', '=', userId)
    .where('files.status', '=', 'READY')
    .where('files.deleted_at', 'is', null)
    .where('files.duplicate_of', 'is', null)
    .whereRef('files.live_generation', '=', 'bm25_segments.generation')
    .whereRef('files.generation', '=', 'bm25_segments.generation')
    .orderBy('bm25_segments.first_chunk')
    .executeTakeFirst();
}

export function listSegmentPassages(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  { generation, firstChunk, chunks }: AnalysedSegment,
): Promise<StoredPassage[]> {
  return db
    .selectFrom('chunks')
    .select(['id', 'chunk_index', 'page', 'content', 'heading_path', 'language'])
    .where('file_id', '=', fileId)
    .where('generation', '=', generation)
    .where('user_id', '=', userId)
    .where('chunk_index', '>=', firstChunk)
    .where('chunk_index', '<', firstChunk + chunks)
    .orderBy('chunk_index')
    .execute();
}

/** @returns false when it is gone */
export async function deleteSegment(db: DbOrTrx, userId: string, id: number): Promise<boolean> {
  const result = await db
    .deleteFrom('bm25_segments')
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}
