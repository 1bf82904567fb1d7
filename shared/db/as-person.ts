import { sql } from 'kysely';
import type { Db, Trx } from './database.ts';

/** Runs `work` in one transaction in the name of this person: what it touches of others' rows is not there. */
export function asPerson<T>(db: Db, userId: string, work: (trx: Trx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    await sql`select set_config('app.user_id', ${userId}, true)`.execute(trx);
    return work(trx);
  });
}
