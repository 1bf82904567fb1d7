import { sql } from 'kysely';
import type { DbOrTrx, Trx } from './database.ts';

/** Of upkeep that is asked for: the bytes of deleted rows leave the pages of tables and indexes. */
const DELETED = 'deleted-rows';

/** Asks for it; in the transaction that says that an erasure is done. */
export async function askForClearing(trx: Trx): Promise<void> {
  await trx
    .insertInto('upkeep')
    .values({ name: DELETED, asked_at: new Date() })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ asked_at: new Date() }))
    .execute();
}

export interface Clearing {
  askedAt: Date | null;
  doneAt: Date | null;
  /** Rows that were deleted until then, as the statistics count them. */
  deletedRows: number | null;
}

export async function findClearing(db: DbOrTrx): Promise<Clearing> {
  const row = await db.selectFrom('upkeep').selectAll().where('name', '=', DELETED).executeTakeFirst();
  return { askedAt: row?.asked_at ?? null, doneAt: row?.done_at ?? null, deletedRows: row?.deleted_rows ?? null };
}

/** @param begunAt who asked later than that asked for another one */
export async function noteCleared(db: DbOrTrx, begunAt: Date, deletedRows: number): Promise<void> {
  const done = { done_at: new Date(), deleted_rows: deletedRows };
  await db
    .insertInto('upkeep')
    .values({ name: DELETED, asked_at: null, ...done })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        ...done,
        asked_at: sql<Date | null>`case when upkeep.asked_at > ${begunAt} then upkeep.asked_at end`,
      }),
    )
    .execute();
}

/** Rows of our tables that were updated or deleted so far; starts again at zero when the statistics are reset. */
export async function countDeletedRows(db: DbOrTrx): Promise<number> {
  const { rows } = await sql<{ deleted: number }>`
    select coalesce(sum(n_tup_del + n_tup_upd), 0)::bigint as deleted
    from pg_stat_user_tables where schemaname = 'public'`.execute(db);
  return rows[0]?.deleted ?? 0;
}

/** Where a run through something long ended; undefined where the next one begins at the beginning. */
export async function findPlace(db: DbOrTrx, name: string): Promise<string | undefined> {
  const row = await db.selectFrom('upkeep').select('place').where('name', '=', name).executeTakeFirst();
  return row?.place ?? undefined;
}

export async function keepPlace(db: DbOrTrx, name: string, place: string | null): Promise<void> {
  await db
    .insertInto('upkeep')
    .values({ name, place })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ place }))
    .execute();
}
