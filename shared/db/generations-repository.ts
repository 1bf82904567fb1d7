import { sql } from 'kysely';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { DbOrTrx } from './database.ts';
import type { FileRow } from './schema.ts';

/** What a new generation of a file starts from. */
export const FRESH_GENERATION = {
  status: 'STORED',
  error_code: null,
  error_message: null,
  pages: null,
  pages_done: 0,
  pages_chunked: 0,
  chunker_state: null,
  chunks: 0,
  chunks_embedded: 0,
  chunks_synced: 0,
  pictures: 0,
  pictures_synced: 0,
  language: null,
  warnings: '[]',
  failures: 0,
  attempts: 0,
  due_at: sql<Date>`now()`,
  lease_holder: null,
  lease_expires_at: null,
} as const;

export interface Failure {
  code: ErrorCode;
  message: string;
}

/** Of a file that is FAILED from now on. */
export const failedWith = (error: Failure) => ({
  status: 'FAILED' as const,
  error_code: error.code,
  error_message: error.message,
  lease_holder: null,
  lease_expires_at: null,
  updated_at: sql<Date>`now()`,
});

/**
 * Begins a generation of bytes that are stored; what is searchable of an earlier one stays so.
 * @param lease for whoever goes on with it at once, that work begins being noted
 * @returns the file as it is now
 */
export function startGeneration(
  db: DbOrTrx,
  fileId: string,
  changes: Pick<FileRow, 'generation'> &
    Partial<
      Pick<
        FileRow,
        | 'content_generation'
        | 'content_key'
        | 'former_sha256'
        | 'size'
        | 'sha256'
        | 'content_type'
        | 'filename'
        | 'duplicate_of'
      >
    >,
  lease?: { holder: string; leaseSeconds: number },
): Promise<FileRow> {
  const leased = lease && {
    lease_holder: lease.holder,
    lease_expires_at: sql<Date>`now() + make_interval(secs => ${lease.leaseSeconds})`,
    attempts: 1,
  };
  return db
    .updateTable('files')
    .set({ ...FRESH_GENERATION, ...changes, ...leased, updated_at: sql`now()` })
    .where('id', '=', fileId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The bytes that are stored came again. @param isRead whether their text is found, though others may have been refused since */
export async function keepGeneration(db: DbOrTrx, fileId: string, filename: string, isRead: boolean): Promise<void> {
  const readWell = { status: 'READY', error_code: null, error_message: null } as const;
  await db
    .updateTable('files')
    .set({ filename, ...(isRead ? readWell : {}) })
    .where('id', '=', fileId)
    .execute();
}

/** No generation of the file is searchable any more. */
export async function hideGenerations(db: DbOrTrx, fileId: string): Promise<void> {
  await db.updateTable('files').set({ live_generation: null }).where('id', '=', fileId).execute();
}

/** The file waits for new bytes; what is searchable stays so, and a stage at work on it stops. */
export async function awaitBytes(
  db: DbOrTrx,
  file: Pick<FileRow, 'id' | 'user_id'>,
  idempotencyHash: string | null,
): Promise<void> {
  await db
    .updateTable('files')
    .set({
      status: 'UPLOADING',
      idempotency_hash: idempotencyHash,
      attempts: 0,
      lease_holder: null,
      lease_expires_at: null,
      updated_at: sql`now()`,
    })
    .where('id', '=', file.id)
    .where('user_id', '=', file.user_id)
    .where('deleted_at', 'is', null)
    .execute();
}

/**
 * The awaited bytes will not come, or are those that are stored: back to the generation there is, which goes on from
 * its first stage if it was interrupted; every stage skips what is committed.
 * @returns false when the file has no generation to go back to
 */
export async function returnToGeneration(db: DbOrTrx, fileId: string): Promise<boolean> {
  const result = await db
    .updateTable('files')
    .set({
      status: sql<FileStatus>`case
        when live_generation = generation then 'READY'
        when error_code is not null then 'FAILED'
        else 'STORED' end`,
      due_at: sql`now()`,
      updated_at: sql`now()`,
    })
    .where('id', '=', fileId)
    .where('status', '=', 'UPLOADING')
    .where('content_generation', 'is not', null)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The file's newest bytes cannot be had: it is FAILED; what was searchable of earlier ones stays so. */
export async function markRefused(db: DbOrTrx, file: Pick<FileRow, 'id' | 'user_id'>, error: Failure): Promise<void> {
  await db
    .updateTable('files')
    .set(failedWith(error))
    .where('id', '=', file.id)
    .where('user_id', '=', file.user_id)
    .where('deleted_at', 'is', null)
    .execute();
}

/**
 * The bytes of an upload cannot be taken: the file is FAILED; what is searchable stays so.
 * @param onlyWhileAwaited whether a file that does not wait for bytes any more stays as it is
 */
export async function refuseUpload(
  db: DbOrTrx,
  fileId: string,
  error: Failure,
  onlyWhileAwaited: boolean,
): Promise<void> {
  let refused = db
    .updateTable('files')
    .set({ ...failedWith(error), failures: 0 })
    .where('id', '=', fileId)
    .where('deleted_at', 'is', null);
  if (onlyWhileAwaited) refused = refused.where('status', '=', 'UPLOADING');
  await refused.execute();
}
