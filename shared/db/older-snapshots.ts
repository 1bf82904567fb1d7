import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './database.ts';

const LOOK_EVERY_MS = 100;
/** Longer than an automatic analysis of a large table takes; a dump of the whole database takes longer, and has to wait for nobody. */
const WAIT_MS = 30_000;

/**
 * Waits until no transaction in this database sees rows that were deleted before now, such as an automatic analysis that is
 * at work: PostgreSQL keeps those in their pages for it, in a table that is written anew too.
 * @param db one connection, of an account that sees what others do (an owner sees its own connections, a superuser all)
 * @returns false when one of them goes on for too long
 */
export async function waitForOlderSnapshots(db: Db, longestMs = WAIT_MS): Promise<boolean> {
  const { rows } = await sql<{ now: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as now`.execute(db);
  const now = rows[0]?.now ?? '';
  const end = Date.now() + longestMs;
  while (Date.now() < end) {
    const { rows: older } = await sql`
      select pid from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null
        and age(backend_xmin) > age(${now}::xid8::xid)`.execute(db);
    if (older.length === 0) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}
