import { sql } from 'kysely';
import type { Role } from '#shared/auth/permissions.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { DbOrTrx, Trx } from './database.ts';
import { violatedUnique } from './postgres-errors.ts';
import type { UserRow } from './schema.ts';

/** @throws AppError ACCOUNT_EXISTS */
export async function insertUser(
  db: DbOrTrx,
  user: Pick<UserRow, 'id' | 'email' | 'username' | 'password_hash'>,
): Promise<UserRow> {
  try {
    return await db.insertInto('users').values(user).returningAll().executeTakeFirstOrThrow();
  } catch (error) {
    if (violatedUnique(error)) throw new AppError('ACCOUNT_EXISTS', { cause: error });
    throw error;
  }
}

/** The row as it is now, kept from being changed until the transaction ends. */
export function lockUser(trx: Trx, id: string): Promise<UserRow | undefined> {
  return trx.selectFrom('users').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export function findUser(db: DbOrTrx, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** `login` is an e-mail address or a user name, in any case of letters. A user name cannot hold an @, so no login names two people. */
export function findUserByLogin(db: DbOrTrx, login: string): Promise<UserRow | undefined> {
  const column = login.includes('@') ? sql.ref('email') : sql.ref('username');
  return db.selectFrom('users').selectAll().where(sql<boolean>`lower(${column}) = lower(${login})`).executeTakeFirst();
}

/** Makes every cached answer of this person unreachable; called in the transaction of the change they would miss. */
export async function raiseIndexVersion(db: DbOrTrx, userId: string): Promise<void> {
  await db.updateTable('users').set({ index_version: sql`index_version + 1` }).where('id', '=', userId).execute();
}

export async function setPasswordHash(db: DbOrTrx, userId: string, passwordHash: string): Promise<void> {
  await db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', userId).execute();
}

/** @throws AppError ACCOUNT_EXISTS */
export async function setEmail(db: DbOrTrx, userId: string, email: string): Promise<void> {
  try {
    await db.updateTable('users').set({ email }).where('id', '=', userId).execute();
  } catch (error) {
    if (violatedUnique(error)) throw new AppError('ACCOUNT_EXISTS', { cause: error });
    throw error;
  }
}

export async function setAccess(
  db: DbOrTrx,
  userId: string,
  access: { role?: Role; disabled_at?: Date | null },
): Promise<void> {
  await db.updateTable('users').set(access).where('id', '=', userId).execute();
}

/** Locks everybody who administers, in one order: of two who remove each other the second finds themselves alone. */
export function lockAdmins(trx: Trx): Promise<{ id: string }[]> {
  return trx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
}

export interface UserListFilter {
  /** Part of the e-mail address or the user name. */
  contains?: string | undefined;
  /** The last row of the page before. */
  after?: { createdAt: Date; id: string } | undefined;
  limit: number;
}

/** Newest first. For administrators alone: it names everybody. */
export function listUsers(db: DbOrTrx, filter: UserListFilter): Promise<UserRow[]> {
  // A cursor holds milliseconds, the column microseconds.
  const createdAt = sql<Date>`date_trunc('milliseconds', created_at)`;
  let query = db.selectFrom('users').selectAll();
  if (filter.contains) {
    query = query.where(
      sql<boolean>`position(lower(${filter.contains}) in lower(email)) > 0
        or position(lower(${filter.contains}) in lower(username)) > 0`,
    );
  }
  if (filter.after) {
    query = query.where(sql<boolean>`(${createdAt}, id) < (${filter.after.createdAt}, ${filter.after.id}::uuid)`);
  }
  return query.orderBy(createdAt, 'desc').orderBy('id', 'desc').limit(filter.limit).execute();
}
