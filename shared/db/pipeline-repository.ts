import { type QueryCreator, sql, type UpdateQueryBuilder, type UpdateResult } from 'kysely';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { DbOrTrx } from './database.ts';
import { type Failure, failedWith } from './generations-repository.ts';
import type { Database, FileRow } from './schema.ts';

/** Which generation of which file a stage works on, and in whose name. */
export interface StageClaim {
  userId: string;
  fileId: string;
  generation: number;
  /** The status the file must have for this stage to do anything. */
  status: FileStatus;
  holder: string;
}

function held(db: Pick<QueryCreator<Database>, 'updateTable'>, claim: StageClaim) {
  return db
    .updateTable('files')
    .where('id', '=', claim.fileId)
    .where('user_id', '=', claim.userId)
    .where('generation', '=', claim.generation)
    .where('lease_holder', '=', claim.holder)
    .where('deleted_at', 'is', null);
}

function claimed(db: Pick<QueryCreator<Database>, 'updateTable'>, claim: StageClaim) {
  return held(db, claim).where('status', '=', claim.status);
}

/**
 * Notes that work begins. Whatever ends it in order takes the note back; what dies leaves it. @returns false when the claim is lost
 */
export async function beginAttempt(db: DbOrTrx, claim: StageClaim): Promise<boolean> {
  const result = await claimed(db, claim).set({ attempts: sql`attempts + 1` }).executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Whatever stage the file is at: its holder may just be carrying it on to the next.
 * @returns false when the claim is lost: deleted, superseded, or the lease went to another
 */
export async function extendStageLease(db: DbOrTrx, claim: StageClaim, leaseSeconds: number): Promise<boolean> {
  const result = await held(db, claim)
    .set({ lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})`, updated_at: sql`now()` })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Gives the file back to the stage: behind the others that its owner has there, and after so many seconds.
 * @returns false when the claim is lost
 */
export async function releaseStage(db: DbOrTrx, claim: StageClaim, delaySeconds = 0): Promise<boolean> {
  const result = await claimed(db, claim)
    .set({
      lease_holder: null,
      lease_expires_at: null,
      attempts: 0,
      due_at: sql`now() + make_interval(secs => ${delaySeconds})`,
    })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Puts a file back into its stage's line that a worker left which died; its attempt stays noted. */
export async function releaseExpired(db: DbOrTrx, fileId: string): Promise<void> {
  await db
    .updateTable('files')
    .set({ lease_holder: null, lease_expires_at: null })
    .where('id', '=', fileId)
    .where('lease_expires_at', '<=', sql<Date>`clock_timestamp()`)
    .where('deleted_at', 'is', null)
    .execute();
}

/** Writes what a stage found out; the fence of every stage. @returns false when the claim is lost and nothing was written */
export async function updateClaimed(
  db: DbOrTrx,
  claim: StageClaim,
  changes: Partial<
    Pick<FileRow, 'pages' | 'pages_done' | 'pages_chunked' | 'chunks' | 'chunks_embedded' | 'pictures' | 'language'>
  > & {
    chunker_state?: string;
    warnings?: string;
  },
): Promise<boolean> {
  const result = await claimed(db, claim)
    .set({ ...changes, updated_at: sql`now()` })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** The file as it is now. @returns undefined when the claim is lost */
export function findClaimed(db: DbOrTrx, claim: StageClaim): Promise<FileRow | undefined> {
  return db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', claim.fileId)
    .where('generation', '=', claim.generation)
    .where('status', '=', claim.status)
    .where('lease_holder', '=', claim.holder)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

/** Ends the stage: the next status, the lease given back. @returns false when the claim is lost */
export async function finishStage(db: DbOrTrx, claim: StageClaim, next: FileStatus): Promise<boolean> {
  const result = await claimed(db, claim)
    .set({
      status: next,
      lease_holder: null,
      lease_expires_at: null,
      failures: 0,
      attempts: 0,
      due_at: sql`now()`,
      updated_at: sql`now()`,
    })
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/**
 * Ends the stage and begins the next one in the same hands: its status, the lease for longer, the attempt noted.
 * @param most of the file; a longer one stays as it is
 * @returns the file as it is now; undefined when it is longer, or the claim is lost
 */
export function carryOn(
  db: DbOrTrx,
  claim: StageClaim,
  next: FileStatus,
  { leaseSeconds, most }: { leaseSeconds: number; most: { pages: number; chunks: number } },
): Promise<FileRow | undefined> {
  return claimed(db, claim)
    .where('pages', '<=', most.pages)
    .where('chunks', '<=', most.chunks)
    .set({
      status: next,
      lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})`,
      failures: 0,
      attempts: 1,
      due_at: sql`now()`,
      updated_at: sql`now()`,
    })
    .returningAll()
    .executeTakeFirst();
}

/**
 * Runs an update of one file. Where it leaves the file FAILED, the same statement takes that generation's chunks out of
 * the outbox; their leases stay, for a tombstone to wait for.
 */
function updateAndEmptyIfFailed(
  db: DbOrTrx,
  update: (query: QueryCreator<Database>) => UpdateQueryBuilder<Database, 'files', 'files', UpdateResult>,
): Promise<Pick<FileRow, 'status' | 'failures'> | undefined> {
  return db
    .with('changed', (query) => update(query).returning(['id', 'generation', 'status', 'failures']))
    .with('emptied', (query) =>
      query
        .updateTable('chunks')
        .from('changed')
        .set({ sync_status: 'FAILED', dense_vector: null, sparse_indices: null, sparse_values: null })
        .whereRef('chunks.file_id', '=', 'changed.id')
        .whereRef('chunks.generation', '=', 'changed.generation')
        .where('changed.status', '=', 'FAILED')
        .where('chunks.sync_status', '=', 'PENDING')
        .returning('chunks.id'),
    )
    .selectFrom('changed')
    .select(['status', 'failures'])
    .executeTakeFirst();
}

/** Ends the processing of this generation with a code and a sentence; an earlier generation stays searchable. */
export async function failGeneration(
  db: DbOrTrx,
  fileId: string,
  generation: number,
  error: Failure,
): Promise<boolean> {
  const changed = await updateAndEmptyIfFailed(db, (query) =>
    query
      .updateTable('files')
      .set(failedWith(error))
      .where('id', '=', fileId)
      .where('generation', '=', generation)
      .where('status', '<>', 'READY')
      .where('deleted_at', 'is', null),
  );
  return changed !== undefined;
}

/** As {@link failGeneration}, for a stage: only while the claim holds. @returns false when it is lost */
export async function failClaimed(db: DbOrTrx, claim: StageClaim, error: Failure): Promise<boolean> {
  return (await updateAndEmptyIfFailed(db, (query) => claimed(query, claim).set(failedWith(error)))) !== undefined;
}

/**
 * Counts one unexpected failure and gives the lease back; the failure that reaches `most` makes the file FAILED. After
 * the nth it is due again in 2^n seconds.
 * @returns in how many seconds it is due again; undefined when it is FAILED now, or the claim is lost
 */
export async function recordFailure(
  db: DbOrTrx,
  claim: StageClaim,
  most: number,
  last: Failure,
): Promise<number | undefined> {
  const isLast = sql<boolean>`failures + 1 >= ${most}`;
  const changed = await updateAndEmptyIfFailed(db, (query) =>
    claimed(query, claim).set({
      failures: sql`failures + 1`,
      attempts: 0,
      due_at: sql`now() + make_interval(secs => power(2, failures + 1))`,
      status: sql<FileStatus>`case when ${isLast} then 'FAILED' else status end`,
      error_code: sql<ErrorCode | null>`case when ${isLast} then ${last.code} else error_code end`,
      error_message: sql<string | null>`case when ${isLast} then ${last.message} else error_message end`,
      lease_holder: null,
      lease_expires_at: null,
      updated_at: sql`now()`,
    }),
  );
  return changed && changed.failures < most ? 2 ** changed.failures : undefined;
}

/** READY once every chunk and every picture is published: search sees this generation from here on. @returns the file when this call made it so */
export function promoteIfComplete(db: DbOrTrx, fileId: string, generation: number): Promise<FileRow | undefined> {
  return db
    .updateTable('files')
    .set({ status: 'READY', live_generation: sql`generation`, ready_at: sql`now()`, updated_at: sql`now()` })
    .where('id', '=', fileId)
    .where('generation', '=', generation)
    .where('status', '=', 'EMBEDDED')
    .where('deleted_at', 'is', null)
    .whereRef('chunks_synced', '=', 'chunks')
    .whereRef('pictures_synced', '=', 'pictures')
    .returningAll()
    .executeTakeFirst();
}

/**
 * Files that are found by a text that this one holds now, until newer bytes of theirs are read, which may never be: without
 * this a text would be found twice.
 * @returns those that are not found any more
 */
export function hideFormerCopies(
  db: DbOrTrx,
  file: Pick<FileRow, 'id' | 'user_id' | 'sha256'>,
): Promise<Pick<FileRow, 'id' | 'generation'>[]> {
  return db
    .updateTable('files')
    .set({ live_generation: null, former_sha256: null })
    .where('user_id', '=', file.user_id)
    .where('former_sha256', '=', file.sha256)
    .whereRef('live_generation', '<', 'content_generation')
    .where('id', '<>', file.id)
    .where('deleted_at', 'is', null)
    .returning(['id', 'generation'])
    .execute();
}

/** Counts one unexpected failure to take in the file's bytes. @returns how many there are now */
export async function countIntakeFailure(db: DbOrTrx, fileId: string): Promise<number> {
  const row = await db
    .updateTable('files')
    .set({ failures: sql`failures + 1` })
    .where('id', '=', fileId)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures ?? 0;
}
