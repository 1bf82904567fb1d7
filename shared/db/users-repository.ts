import { sql } from 'kysely';
import type { Role } from '#shared/domain/permissions.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { asEachPerson } from './as-user.ts';
import { listAccountIds, type UserListFilter } from './cross-tenant.ts';
import type { Db, DbOrTrx, Trx } from './database.ts';
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

/** Nobody can sign in any more, and its names go to whoever wants them. @param names in their place */
export async function closeAccount(
  db: DbOrTrx,
  userId: string,
  names: Pick<UserRow, 'email' | 'username'>,
): Promise<void> {
  await db
    .updateTable('users')
    .set({ ...names, password_hash: '', role: 'user', disabled_at: new Date() })
    .where('id', '=', userId)
    .execute();
}

export async function deleteUser(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('users').where('id', '=', userId).execute();
}

/** Newest first. For administrators alone: it names everybody. */
export async function listUsers(db: Db, filter: UserListFilter): Promise<UserRow[]> {
  const rows = await asEachPerson(db, await listAccountIds(db, filter), findUser);
  return rows.filter((row) => row !== undefined);
}
