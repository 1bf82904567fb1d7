import { sql } from 'kysely';
import type { Trx } from './database.ts';

/** Ends each statement of this transaction that takes longer than `ms`; its error means DEPENDENCY_UNAVAILABLE. */
export async function setStatementTimeout(trx: Trx, ms: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(Math.ceil(ms))}, true)`.execute(trx);
}
