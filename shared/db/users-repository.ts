import { sql } from 'kysely';
import { AppError } from '#shared/errors/app-error.ts';
import type { DbOrTrx } from './database.ts';
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

export function findUser(db: DbOrTrx, id: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Makes every cached answer of this person unreachable; called in the transaction of the change they would miss. */
export async function raiseIndexVersion(db: DbOrTrx, userId: string): Promise<void> {
  await db.updateTable('users').set({ index_version: sql`index_version + 1` }).where('id', '=', userId).execute();
}
