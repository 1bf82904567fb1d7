import { sql } from 'kysely';
import type { DbOrTrx } from './database.ts';
import type { TombstoneRow } from './schema.ts';

export async function insertTombstone(
  db: DbOrTrx,
  tombstone: { userId: string; fileId: string; upToGeneration: number },
): Promise<void> {
  await db
    .insertInto('tombstones')
    .values({
      user_id: tombstone.userId,
      file_id: tombstone.fileId,
      up_to_generation: tombstone.upToGeneration,
    })
    .execute();
}

/** Takes due tombstones for `leaseSeconds`; whoever dies with one leaves it to the next. */
export function claimTombstones(
  db: DbOrTrx,
  options: { limit: number; leaseSeconds: number },
): Promise<TombstoneRow[]> {
  return db
    .updateTable('tombstones')
    .set({ not_before: sql`now() + make_interval(secs => ${options.leaseSeconds})` })
    .where('id', 'in', (select) =>
      select
        .selectFrom('tombstones')
        .select('id')
        .where('not_before', '<=', sql<Date>`now()`)
        .orderBy('not_before')
        .limit(options.limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute();
}

export async function postponeTombstone(
  db: DbOrTrx,
  id: number,
  changes: { delaySeconds: number; passes?: number; failed?: boolean },
): Promise<void> {
  await db
    .updateTable('tombstones')
    .set({
      not_before: sql`now() + make_interval(secs => ${changes.delaySeconds})`,
      ...(changes.passes === undefined ? {} : { passes: changes.passes }),
      ...(changes.failed ? { attempts: sql<number>`attempts + 1` } : {}),
    })
    .where('id', '=', id)
    .execute();
}

export async function deleteTombstone(db: DbOrTrx, id: number): Promise<void> {
  await db.deleteFrom('tombstones').where('id', '=', id).execute();
}
