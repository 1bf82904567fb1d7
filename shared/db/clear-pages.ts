import { sql } from 'kysely';
import type { Db } from './database.ts';
import { waitForOlderSnapshots } from './older-snapshots.ts';
import { isLockTimeout } from './postgres-errors.ts';

/** Written anew in less than a second or two, and nobody may use it that long. */
const SMALL_BYTES = 64 * 1024 ** 2;
/** Whoever comes behind a waiting exclusive lock waits with it. */
const LOCK_WAIT_MS = 2_000;
const STATISTICS = 'pg_catalog.pg_statistic';

export interface ClearedTable {
  name: string;
  /**
   * `rewritten`: table and indexes hold nothing but rows that are there. `vacuumed`: so do the indexes; in the table the
   * places of deleted rows are free, and keep their bytes until other rows are put there. `left`: the account may not.
   */
  outcome: 'rewritten' | 'vacuumed' | 'left';
}

export interface Cleared {
  tables: ClearedTable[];
  /** False when somebody might see deleted rows for too long: what they might see is still there. */
  isComplete: boolean;
}

export interface ClearPagesOptions {
  /** Up to here a table is written anew. */
  smallBytes?: number | undefined;
  /** So long others are waited for, each time. */
  longestMs?: number | undefined;
}

/**
 * Brings the bytes of deleted rows out of the pages of tables with people's rows, and of the statistics about them: small
 * tables are written anew, large ones are vacuumed and their indexes built anew beside the old ones, while people work.
 * @param db one connection, as the owner of the tables: neither is done in a role or a transaction
 */
export async function clearPages(
  db: Db,
  { smallBytes = SMALL_BYTES, longestMs }: ClearPagesOptions = {},
): Promise<Cleared> {
  // A statement for a whole table is none of those that a request waits for.
  await sql`set statement_timeout = 0`.execute(db);
  await sql`set lock_timeout = ${sql.lit(LOCK_WAIT_MS)}`.execute(db);
  let isComplete = await waitForOlderSnapshots(db, longestMs);
  const tables: ClearedTable[] = [];
  for (const table of await listTables(db)) tables.push(await clearTable(db, table, smallBytes));
  // Its most common values and the bounds of its histograms are values of rows: they were made anew just now, beside the old.
  await forgetStatisticsOfEmptyTables(db);
  if (tables.some(({ outcome }) => outcome !== 'left')) {
    isComplete = (await waitForOlderSnapshots(db, longestMs)) && isComplete;
    if (!(await rewrite(db, STATISTICS))) await sql.raw(`vacuum ${STATISTICS}`).execute(db);
  }
  return { tables, isComplete };
}

/** Where nothing is left to look at, analysing leaves what was known before. Before version 18 nothing takes that away. */
async function forgetStatisticsOfEmptyTables(db: Db): Promise<void> {
  const { rows } = await sql<{ canForget: boolean }>`
    select current_setting('server_version_num')::int >= 180000 as "canForget"`.execute(db);
  if (!rows[0]?.canForget) return;
  // By the count of the vacuum: row-level security shows an owner no rows. Of an index what its expressions are is counted.
  await sql`
    select pg_clear_attribute_stats('public', c.relname, a.attname, false)
    from pg_class t
      join pg_class c on c.oid = t.oid or c.oid in (select indexrelid from pg_index where indrelid = t.oid)
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and t.reltuples = 0
      and pg_has_role(current_user, t.relowner, 'USAGE')`.execute(db);
}

interface Table {
  name: string;
  bytes: number;
  isOurs: boolean;
}

async function listTables(db: Db): Promise<Table[]> {
  const { rows } = await sql<Table>`
    select format('%I.%I', n.nspname, c.relname) as name, pg_total_relation_size(c.oid) as bytes,
      pg_has_role(current_user, c.relowner, 'USAGE') as "isOurs"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'
      and (c.relname in ('users', 'rate_limits') or exists (
        select from pg_attribute where attrelid = c.oid and attname = 'user_id' and not attisdropped
      ))
    order by 1`.execute(db);
  return rows;
}

async function clearTable(db: Db, { name, bytes, isOurs }: Table, smallBytes: number): Promise<ClearedTable> {
  if (!isOurs) return { name, outcome: 'left' };
  if (bytes <= smallBytes && (await rewrite(db, name))) return { name, outcome: 'rewritten' };
  await sql.raw(`vacuum (analyze) ${name}`).execute(db);
  await rebuildIndexes(db, name);
  return { name, outcome: 'vacuumed' };
}

/** @returns false when the table was in use for too long */
async function rewrite(db: Db, name: string): Promise<boolean> {
  try {
    await sql.raw(`vacuum (full, analyze) ${name}`).execute(db);
    return true;
  } catch (error) {
    if (isLockTimeout(error)) return false;
    throw error;
  }
}

async function rebuildIndexes(db: Db, name: string): Promise<void> {
  const { rows } = await sql<{ index: string; isLeftOver: boolean }>`
    select i.indexrelid::regclass::text as index, not i.indisvalid as "isLeftOver"
    from pg_index i where i.indrelid = ${name}::regclass order by 1`.execute(db);
  // It waits for transactions that are older than it, and keeps nobody from anything while it does.
  await sql`set lock_timeout = 0`.execute(db);
  for (const { index, isLeftOver } of rows) {
    // Of a rebuilding that was stopped in the middle.
    if (isLeftOver) await sql.raw(`drop index concurrently if exists ${index}`).execute(db);
    else await sql.raw(`reindex index concurrently ${index}`).execute(db);
  }
  await sql`set lock_timeout = ${sql.lit(LOCK_WAIT_MS)}`.execute(db);
}
