import { type Insertable, type Selectable, sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';
import type { Database, UserRow } from './schema.ts';

type SessionRow = Selectable<Database['sessions']>;

export async function insertSession(db: DbOrTrx, session: Insertable<Database['sessions']>): Promise<void> {
  await db.insertInto('sessions').values(session).execute();
}

/** Sessions of a person that are not over, the last used first; `ends_at` is when one ends that is not used again. */
export async function listSessions(db: DbOrTrx, userId: string): Promise<(SessionRow & { ends_at: Date })[]> {
  const { rows } = await sql<SessionRow & { ends_at: Date }>`
    select * from (
      select s.*, least(s.expires_at, (
        select max(t.expires_at) from refresh_tokens t where t.family_id = s.id and t.used_at is null
      )) as ends_at
      from sessions s where s.user_id = ${userId}
    ) as own
    where ends_at > now()
    order by last_used_at desc, id`.execute(db);
  return rows;
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
    .where('sessions.expires_at', '>', sql<Date>`now()`)
    .executeTakeFirst();
}

/** Notes that a session is used, and keeps it from being ended until the transaction ends. @returns undefined when it is over */
export function useSession(trx: Trx, sessionId: string, address: string): Promise<SessionRow | undefined> {
  return trx
    .updateTable('sessions')
    .set({ last_used_at: new Date(), address })
    .where('id', '=', sessionId)
    .where('expires_at', '>', sql<Date>`now()`)
    .returningAll()
    .executeTakeFirst();
}

/** Ends one session: from the next request on its access and refresh tokens are refused. @returns false when it was over */
export async function endSession(db: DbOrTrx, sessionId: string): Promise<boolean> {
  const result = await db.deleteFrom('sessions').where('id', '=', sessionId).executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** @returns how many ended */
export async function endOtherSessions(db: DbOrTrx, userId: string, keptId: string): Promise<number> {
  const result = await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('id', '<>', keptId)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

export async function endSessionsOf(db: DbOrTrx, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
}
