import { sql } from 'kysely';
import { asEachPerson } from './as-user.ts';
import { leaseTombstones } from './cross-tenant.ts';
import type { Db, DbOrTrx } from './database.ts';
import type { FileRow, TombstoneRow } from './schema.ts';

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

/** Of files that are deleted, all of each up to its present generation. */
export async function insertTombstones(
  db: DbOrTrx,
  files: readonly Pick<FileRow, 'id' | 'user_id' | 'generation'>[],
): Promise<void> {
  await db
    .insertInto('tombstones')
    .values(files.map(({ id, user_id, generation }) => ({ user_id, file_id: id, up_to_generation: generation })))
    .execute();
}

/**
 * A newer generation takes the place of the file's present one. What was made of that, unless it is what can be found, is
 * of no use any more; what is found stays, until the newer one is READY.
 */
export async function deleteSuperseded(
  db: DbOrTrx,
  file: Pick<FileRow, 'id' | 'user_id' | 'generation' | 'live_generation'>,
): Promise<void> {
  if (file.generation === 0 || file.generation === file.live_generation) return;
  await insertTombstone(db, { userId: file.user_id, fileId: file.id, upToGeneration: file.generation });
}

/** Takes due tombstones, as {@link leaseTombstones} does, and reads them. */
export async function claimTombstones(
  db: Db,
  options: { limit: number; leaseSeconds: number },
): Promise<TombstoneRow[]> {
  const leased = Map.groupBy(await leaseTombstones(db, options), (tombstone) => tombstone.userId);
  const read = await asEachPerson(db, [...leased.keys()], (trx, userId) =>
    trx
      .selectFrom('tombstones')
      .selectAll()
      .where(
        'id',
        'in',
        (leased.get(userId) ?? []).map((tombstone) => tombstone.id),
      )
      .execute(),
  );
  return read.flat();
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
