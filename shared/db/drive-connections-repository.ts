import { sql } from 'kysely';
import type { EncryptedField } from '#shared/crypto/field-cipher.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { DbOrTrx, Trx } from './database.ts';
import type { DriveConnectionRow } from './schema.ts';

/** Work on a person's Drive under a lease: of this consent, by this holder. */
export interface DriveClaim {
  userId: string;
  connectionId: string;
  holder: string;
}

/** What came for a disabled account would be refused, and not be asked for again once it is enabled. */
const ofSomebodyEnabled = sql<boolean>`exists (
  select from users where users.id = drive_connections.user_id and users.disabled_at is null
)`;

export function findConnection(db: DbOrTrx, userId: string): Promise<DriveConnectionRow | undefined> {
  return db.selectFrom('drive_connections').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

/** One transaction at a time makes a connection, or removes what an ended one has left; until it ends. */
export async function lockDrive(trx: Trx, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`drive/${userId}`}, 0))`.execute(trx);
}

/** A new consent takes the place of the one before; with the same account the sync goes on where it was. */
export async function saveConnection(
  db: DbOrTrx,
  connection: { userId: string; id: string; account: string; token: EncryptedField },
): Promise<void> {
  const { userId, id, account, token } = connection;
  const fresh = {
    id,
    account,
    status: 'CONNECTED' as const,
    encrypted_refresh_token: token.ciphertext,
    token_iv: token.iv,
    token_auth_tag: token.authTag,
    token_key_id: token.keyId,
    last_error_code: null,
    last_error_message: null,
    attempts: 0,
    next_attempt_at: sql<Date>`now()`,
    lease_holder: null,
    lease_expires_at: null,
  };
  await db
    .insertInto('drive_connections')
    .values({ user_id: userId, ...fresh })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(fresh))
    .execute();
}

/** Another account's Drive has nothing to do with the one before: its folders, log and listing begin anew. */
export async function forgetProgress(db: DbOrTrx, userId: string): Promise<void> {
  await db
    .updateTable('drive_connections')
    .set({ folder_ids: '[]', page_token: null, crawl_page_token: null, crawl_cursor: null, last_full_at: null })
    .where('user_id', '=', userId)
    .execute();
}

/** Takes the lease of a connection that is due. @returns undefined when it isn't, or another run has it */
export function claimConnection(
  db: DbOrTrx,
  userId: string,
  holder: string,
  leaseSeconds: number,
): Promise<DriveConnectionRow | undefined> {
  return db
    .updateTable('drive_connections')
    .set({ lease_holder: holder, lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})`, asked: false })
    .where('user_id', '=', userId)
    .where('status', '=', 'CONNECTED')
    .where(ofSomebodyEnabled)
    .where('next_attempt_at', '<=', sql<Date>`now()`)
    .where((where) =>
      where.or([where('lease_expires_at', 'is', null), where('lease_expires_at', '<', sql<Date>`now()`)]),
    )
    .returningAll()
    .executeTakeFirst();
}

export type Progress = Partial<
  Pick<DriveConnectionRow, 'page_token' | 'crawl_id' | 'crawl_page_token' | 'crawl_cursor' | 'last_full_at'>
>;

/** Records progress and keeps the lease. @returns false when the lease is lost: nothing of the transaction may stay */
export async function advance(
  db: DbOrTrx,
  claim: DriveClaim,
  leaseSeconds: number,
  progress: Progress = {},
): Promise<boolean> {
  const result = await db
    .updateTable('drive_connections')
    .set({ ...progress, lease_expires_at: sql`now() + make_interval(secs => ${leaseSeconds})` })
    .where('user_id', '=', claim.userId)
    .where('id', '=', claim.connectionId)
    .where('lease_holder', '=', claim.holder)
    .where(ofSomebodyEnabled)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

export interface RunEnd {
  /** Whether the Drive and the files agree now. */
  agrees: boolean;
  error?: { code: ErrorCode; message: string; retryInSeconds: number } | undefined;
  /** The consent is gone: no more runs until there is a new one. */
  reauthRequired?: boolean | undefined;
}

/** @returns whether somebody asked for another look since the run began; undefined when the lease was lost */
export async function releaseConnection(db: DbOrTrx, claim: DriveClaim, end: RunEnd): Promise<boolean | undefined> {
  const { error } = end;
  const row = await db
    .updateTable('drive_connections')
    .set({
      lease_holder: null,
      lease_expires_at: null,
      ...(end.agrees ? { last_sync_at: sql`now()` } : {}),
      ...(end.reauthRequired ? { status: 'REAUTH_REQUIRED' as const } : {}),
      last_error_code: error?.code ?? null,
      last_error_message: error?.message ?? null,
      attempts: error ? sql`attempts + 1` : 0,
      next_attempt_at: sql`now() + make_interval(secs => ${error?.retryInSeconds ?? 0})`,
    })
    .where('user_id', '=', claim.userId)
    .where('id', '=', claim.connectionId)
    .where('lease_holder', '=', claim.holder)
    .returning('asked')
    .executeTakeFirst();
  return row?.asked;
}

/** What the person asks for is looked at now, whatever delay an error had set; a run at work looks once more. */
export async function askForSync(db: DbOrTrx, userId: string): Promise<void> {
  await db
    .updateTable('drive_connections')
    .set({ next_attempt_at: sql`now()`, asked: true })
    .where('user_id', '=', userId)
    .execute();
}

/** A run at work under the former choice loses its lease, and with it the right to settle anything. */
export async function chooseFolders(db: DbOrTrx, userId: string, folderIds: readonly string[]): Promise<void> {
  await db
    .updateTable('drive_connections')
    .set({ folder_ids: JSON.stringify(folderIds), lease_holder: null, lease_expires_at: null })
    .where('user_id', '=', userId)
    .execute();
}

export async function deleteConnection(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('drive_connections').where('user_id', '=', userId).execute();
}

/** The same secret encrypted anew, unless it is another one by now. */
export async function replaceToken(
  db: DbOrTrx,
  { userId, before, after }: { userId: string; before: EncryptedField; after: EncryptedField },
): Promise<void> {
  await db
    .updateTable('drive_connections')
    .set({
      encrypted_refresh_token: after.ciphertext,
      token_iv: after.iv,
      token_auth_tag: after.authTag,
      token_key_id: after.keyId,
    })
    .where('user_id', '=', userId)
    .where('encrypted_refresh_token', '=', before.ciphertext)
    .execute();
}
