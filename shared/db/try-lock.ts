import { sql } from 'kysely';
import type { Trx } from './database.ts';

/**
 * Takes the lock of this name until the transaction ends, which may stand idle from here on for as long as it likes.
 * @returns false when another has it
 */
export async function tryLock(trx: Trx, name: string): Promise<boolean> {
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
  const { rows } = await sql<{ isOurs: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as "isOurs"`.execute(trx);
  return rows[0]?.isOurs === true;
}
