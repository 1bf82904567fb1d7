import type { DbOrTrx, Trx } from './database.ts';
import type { UserRow } from './schema.ts';

export async function insertSession(db: DbOrTrx, session: { id: string; user_id: string }): Promise<void> {
  await db.insertInto('sessions').values(session).execute();
}

/** The person, while the session lasts and the account is not disabled: what every request asks. */
export function findSessionUser(db: DbOrTrx, userId: string, sessionId: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .selectAll('users')
    .where('sessions.id', '=', sessionId)
    .where('users.id', '=', userId)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst();
}

/** Keeps a session from being ended until the transaction ends. @returns false when it is over */
export async function holdSession(trx: Trx, sessionId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('sessions')
    .select('id')
    .where('id', '=', sessionId)
    .forKeyShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** Ends one session: from the next request on its access and refresh tokens are refused. @returns false when it was over */
export async function endSession(db: DbOrTrx, sessionId: string): Promise<boolean> {
  const result = await db.deleteFrom('sessions').where('id', '=', sessionId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

export async function endSessionsOf(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
}
