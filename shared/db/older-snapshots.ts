import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Db } from './database.ts';

const LOOK_EVERY_MS = 100;
/** Longer than requests and an automatic analysis take; a dump takes longer, and has to wait for nobody. */
const WAIT_MS = 30_000;

/**
 * Waits until no transaction sees rows that were deleted before now: PostgreSQL keeps those in their pages for it, in a
 * table that is written anew too. A reader counts in this database alone, such as an automatic analysis; who writes counts
 * in every database of the server, for each new snapshot goes back to it. Not seen from here: a standby with
 * `hot_standby_feedback`, and a replication slot.
 * @param db one connection; an account that is no superuser sees the readers among its own connections only
 * @returns false when one of them goes on for too long
 */
export async function waitForOlderSnapshots(db: Db, longestMs = WAIT_MS): Promise<boolean> {
  const { rows } = await sql<{ now: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as now`.execute(db);
  const now = rows[0]?.now ?? '';
  const end = Date.now() + longestMs;
  while (Date.now() < end) {
    const { rows: looked } = await sql<{ areSeen: boolean }>`
      select pg_snapshot_xmin(pg_current_snapshot()) < ${now}::xid8 or exists (
        select from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and age(backend_xmin) > age(${now}::xid8::xid)
      ) as "areSeen"`.execute(db);
    if (!looked[0]?.areSeen) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}
