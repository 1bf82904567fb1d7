import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';

// As in cross-tenant.ts: what a change of the model asks of all people's files.

const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface FileToBackfill {
  userId: string;
  fileId: string;
  passages: number;
}

/**
 * Files that can be found and are not in this index whole, by owner and id, from the one behind `after` on: neither did
 * its model embed their passages, nor were they put into it since its filling began.
 */
export async function listFilesToBackfill(
  db: DbOrTrx,
  index: { id: number; model: string; created_at: Date },
  after: { userId: string; fileId: string } | undefined,
  most: number,
): Promise<FileToBackfill[]> {
  const { userId, fileId } = after ?? { userId: BEFORE_ALL, fileId: BEFORE_ALL };
  const { rows } = await sql<FileToBackfill>`
    select owner as "userId", file as "fileId", passages
    from files_to_backfill(${index.id}, ${index.model}, ${index.created_at}, ${userId}, ${fileId}, ${most})`.execute(
    db,
  );
  return rows;
}

/** Of files put into this index, those with passages longer than its model reads; busy while a newer generation is made. */
export async function listFilesCutShort(
  db: DbOrTrx,
  indexId: number,
): Promise<(FileToBackfill & { isBusy: boolean })[]> {
  const { rows } = await sql<FileToBackfill & { isBusy: boolean }>`
    select owner as "userId", file as "fileId", passages, is_busy as "isBusy"
    from files_cut_short(${indexId})`.execute(db);
  return rows;
}

/** What searches can find, of all people. */
export async function countSearchable(db: DbOrTrx): Promise<{ files: number; passages: number }> {
  const { rows } = await sql<{ files: number; passages: number }>`
    select files, passages from count_searchable()`.execute(db);
  return rows[0] ?? { files: 0, passages: 0 };
}

/** Passages and pictures that wait in the outbox for the index of this model. */
export async function countUnpublished(db: DbOrTrx, model: string): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`select count_unpublished(${model}) as waiting`.execute(db);
  return rows[0]?.waiting ?? 0;
}
