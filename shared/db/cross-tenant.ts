import { sql } from 'kysely';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { DbOrTrx, Trx } from './database.ts';

/**
 * Work that cannot be in one person's name, because whose it is remains to be found out. Each is a database function that
 * answers ids and counts alone (`migrations/baseline/functions/`); the rows are then read in their owners' names, by
 * `asUser`.
 */

/** `login` is an e-mail address or a user name, in any case of letters. */
export async function findAccountByLogin(db: DbOrTrx, login: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`select account_of_login(${login}) as id`.execute(db);
  return rows[0]?.id ?? undefined;
}

export async function findOwnerOfRefreshToken(db: DbOrTrx, tokenHash: Buffer): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`select owner_of_refresh_token(${tokenHash}) as id`.execute(db);
  return rows[0]?.id ?? undefined;
}

/** Also of a file that is deleted, while its tombstone waits. */
export async function findOwnerOfFile(db: DbOrTrx, fileId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`select owner_of_file(${fileId}) as id`.execute(db);
  return rows[0]?.id ?? undefined;
}

/** Files of a status that stood still for so long, oldest first. Each is touched, so that it is not found again at once. */
export async function touchStalledFiles(
  db: DbOrTrx,
  status: FileStatus,
  stillForSeconds: number,
  most: number,
): Promise<{ id: string; generation: number }[]> {
  const { rows } = await sql<{ id: string; generation: number }>`
    select file as id, file_generation as generation
    from touch_stalled_files(${status}, ${stillForSeconds}, ${most})`.execute(db);
  return rows;
}

/** Files that a worker left which died, back in their line now. */
export async function releaseDeadLeases(
  db: DbOrTrx,
  status: FileStatus,
  most: number,
): Promise<{ id: string; generation: number }[]> {
  const { rows } = await sql<{ id: string; generation: number }>`
    select file as id, file_generation as generation from release_dead_leases(${status}, ${most})`.execute(db);
  return rows;
}

/** Objects that wait for intake although they were due so long ago, nobody being at work on them. */
export async function findStalledArrivals(db: DbOrTrx, dueForSeconds: number, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select arrival as id from stalled_arrivals(${dueForSeconds}, ${most})`.execute(db);
  return rows.map(({ id }) => id);
}

/** @returns of these keys of the incoming bucket those that do not wait for intake, in their order */
export async function leaveOutArrived(db: DbOrTrx, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ place: number }>`select place from arrived_objects(${keys}::text[])`.execute(db);
  const arrived = new Set(rows.map(({ place }) => place - 1));
  return keys.filter((_, place) => !arrived.has(place));
}

/**
 * For when every worker is known to be gone and no file is to blame: ends what was under way in all stages as if nothing
 * had begun. @returns how many files it was
 */
export async function forgiveAttempts(db: DbOrTrx): Promise<number> {
  const { rows } = await sql<{ files: number }>`select forgive_attempts() as files`.execute(db);
  return rows[0]?.files ?? 0;
}

export interface ClaimedTurn {
  userId: string;
  fileId: string;
  generation: number;
  /** Files of the same person that were at work in the stage when this one's turn came. */
  alongside: number;
}

export interface Turn {
  /** Undefined when nothing could be claimed. */
  claimed: ClaimedTurn | undefined;
  /** Somebody of whom nothing is due was put off: ask again. */
  lookAgain: boolean;
  /** Something waits and cannot be taken at this moment. */
  mustWait: boolean;
  /** In how many seconds `fileId` may be taken, if it waits for a later time or another worker has it. */
  readyIn: number | undefined;
}

/**
 * Leases the file whose turn it is in a stage: of the people of whom fewest files are at work, the one who was served
 * longest ago. Its cost does not depend on how many files wait, nor on how many people.
 * @param of.status in which files wait for the stage; ARRIVED for the objects that intake has not looked at
 * @param of.mostOfOne files of one person at work at the same time
 * @param of.fileId the file, or arrival, that a message named
 */
export async function claimTurn(
  db: DbOrTrx,
  of: { status: FileStatus | 'ARRIVED'; holder: string; leaseSeconds: number; mostOfOne: number; fileId: string },
): Promise<Turn> {
  const claim = sql.id(of.status === 'ARRIVED' ? 'claim_turn_of_arrivals' : 'claim_turn');
  const { rows } = await sql<{
    owner: string | null;
    file: string | null;
    generation: number;
    alongside: number;
    lookAgain: boolean;
    mustWait: boolean;
    readyIn: number | null;
  }>`
    select owner, file, file_generation as generation, alongside, look_again as "lookAgain", must_wait as "mustWait",
      ready_in as "readyIn"
    from ${claim}(${of.status}, ${of.holder}::uuid, ${of.leaseSeconds}, ${of.mostOfOne}, ${of.fileId}::uuid)`.execute(
    db,
  );
  const [row] = rows;
  if (!row) throw new Error('claim_turn answers one row');
  const { owner, file, generation, alongside, lookAgain, mustWait, readyIn } = row;
  const claimed = owner && file ? { userId: owner, fileId: file, generation, alongside } : undefined;
  return { claimed, lookAgain, mustWait, readyIn: readyIn ?? undefined };
}

export async function findExpiredUploads(db: DbOrTrx, most: number): Promise<{ userId: string; fileId: string }[]> {
  const { rows } = await sql<{ userId: string; fileId: string }>`
    select owner as "userId", file as "fileId" from expired_uploads(${most})`.execute(db);
  return rows;
}

/**
 * Leases a batch of pending chunks to `holder`: of each person in turn a quarter of it, then of those who have more what
 * room is left; of one person those due longest. Publishers skip each other's rows; a row whose lease ran out is free
 * again. Chunks of deleted files and of superseded generations are left to their tombstones.
 */
export async function leasePendingChunks(
  db: DbOrTrx,
  holder: string,
  options: { limit: number; leaseSeconds: number },
): Promise<{ userId: string; id: string }[]> {
  const { rows } = await sql<{ userId: string; id: string }>`
    select owner as "userId", chunk as id
    from claim_pending_chunks(${holder}::uuid, ${options.limit}, ${options.leaseSeconds})`.execute(db);
  return rows;
}

/** Takes due tombstones for `leaseSeconds`; whoever dies with one leaves it to the next. */
export async function leaseTombstones(
  db: DbOrTrx,
  options: { limit: number; leaseSeconds: number },
): Promise<{ userId: string; id: number }[]> {
  const { rows } = await sql<{ userId: string; id: number }>`
    select owner as "userId", tombstone as id
    from claim_tombstones(${options.limit}, ${options.leaseSeconds})`.execute(db);
  return rows;
}

/** Takes objects that are to be removed for `leaseSeconds`. From here on none of them can become a file's own. */
export async function leaseLooseObjects(
  db: DbOrTrx,
  options: { limit: number; leaseSeconds: number },
): Promise<{ userId: string; id: number }[]> {
  const { rows } = await sql<{ userId: string; id: number }>`
    select owner as "userId", object as id
    from claim_loose_objects(${options.limit}, ${options.leaseSeconds})`.execute(db);
  return rows;
}

/** Takes notes about what was sent to the vector store, and not settled in time, for `leaseSeconds`. */
export async function leaseSendings(
  db: DbOrTrx,
  options: { limit: number; leaseSeconds: number },
): Promise<{ userId: string; id: number }[]> {
  const { rows } = await sql<{ userId: string; id: number }>`
    select owner as "userId", sending as id from claim_sendings(${options.limit}, ${options.leaseSeconds})`.execute(db);
  return rows;
}

export interface OutboxDepth {
  pending: number;
  failed: number;
  tombstones: number;
  oldestSeconds: number | null;
}

export async function outboxDepth(db: DbOrTrx): Promise<OutboxDepth> {
  const { rows } = await sql<OutboxDepth>`
    select pending, failed, tombstones, oldest_seconds as "oldestSeconds" from outbox_depth()`.execute(db);
  const [depth] = rows;
  if (!depth) throw new Error('outbox_depth answers one row');
  return depth;
}

/** How many chunks of each person are published; undefined when there are more than `most` people. */
export async function countSyncedByPerson(
  db: DbOrTrx,
  most: number,
): Promise<{ userId: string; chunks: number }[] | undefined> {
  const { rows } = await sql<{ userId: string; chunks: number }>`
    select owner as "userId", chunks from synced_chunks_by_person(${most + 1})`.execute(db);
  return rows.length > most ? undefined : rows;
}

export interface UserListFilter {
  /** Part of the e-mail address or the user name. */
  contains?: string | undefined;
  /** The last row of the page before. */
  after?: { createdAt: Date; id: string } | undefined;
  limit: number;
}

/** Everybody, newest first. */
export async function listAccountIds(db: DbOrTrx, { contains, after, limit }: UserListFilter): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select owner as id
    from list_accounts(${contains ?? ''}, ${after?.createdAt ?? null}, ${after?.id ?? null}, ${limit})`.execute(db);
  return rows.map((row) => row.id);
}

/** Locks everybody who administers, in one order: of two who remove each other the second finds themselves alone. */
export async function lockAdmins(trx: Trx): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select owner as id from lock_admins()`.execute(trx);
  return rows.map((row) => row.id);
}

/** Events of the audit log, newest first, and whom each is about. */
export async function listAuditIds(
  db: DbOrTrx,
  filter: { userId?: string | undefined; action?: string | undefined; before?: number | undefined; limit: number },
): Promise<{ id: number; userId: string }[]> {
  const { rows } = await sql<{ id: number; userId: string }>`
    select event as id, owner as "userId"
    from list_audit_events(
      ${filter.userId ?? null}, ${filter.action ?? null}, ${filter.before ?? null}, ${filter.limit}
    )`.execute(db);
  return rows;
}

/** Sessions that nobody can go on with: their last refresh token expired, and so, long before, their access tokens. */
export async function deleteExpiredSessions(db: DbOrTrx): Promise<void> {
  await sql`select delete_expired_sessions()`.execute(db);
}

/** Removes the networks that people have not signed in from since `before`. */
export async function forgetNetworks(db: DbOrTrx, before: Date): Promise<void> {
  await sql`select forget_networks(${before})`.execute(db);
}

/** What people are still to be told by mail, of those tried less often than `mostAttempts`. */
export async function findDueNotices(
  db: DbOrTrx,
  most: number,
  mostAttempts: number,
): Promise<{ userId: string; id: string }[]> {
  const { rows } = await sql<{ userId: string; id: string }>`
    select owner as "userId", notice as id from due_notices(${most}, ${mostAttempts})`.execute(db);
  return rows;
}

/** Removes what people were told of before. */
export async function forgetNotices(db: DbOrTrx, before: Date): Promise<void> {
  await sql`select forget_notices(${before})`.execute(db);
}

/** Who began to connect a Drive with this state. */
export async function findOwnerOfDriveState(db: DbOrTrx, stateHash: Buffer): Promise<string | undefined> {
  const { rows } = await sql<{ id: string | null }>`select owner_of_drive_state(${stateHash}) as id`.execute(db);
  return rows[0]?.id ?? undefined;
}

/** People whose Drive is due to be looked at, and those who left and whose files are still to be removed. */
export async function listDueDrives(db: DbOrTrx): Promise<string[]> {
  const { rows } = await sql<{ owner: string }>`select owner from due_drives()`.execute(db);
  return rows.map(({ owner }) => owner);
}

/** People whose erasure has a step to do. */
export async function findDueErasures(db: DbOrTrx, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select owner as id from due_erasures(${most})`.execute(db);
  return rows.map((row) => row.id);
}

/** The attempts to build archives that are under way do not count: whoever made them is gone, by no fault of theirs. */
export async function forgiveExports(db: DbOrTrx): Promise<number> {
  const { rows } = await sql<{ count: number }>`select forgive_exports() as count`.execute(db);
  return rows[0]?.count ?? 0;
}

/** People whose archive nobody is building. */
export async function findDueExports(db: DbOrTrx, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select owner as id from due_exports(${most})`.execute(db);
  return rows.map((row) => row.id);
}

/** People whose archive has been there long enough. */
export async function findExpiredExports(db: DbOrTrx, most: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select owner as id from expired_exports(${most})`.execute(db);
  return rows.map((row) => row.id);
}
