import { asUser } from '#shared/db/as-user.ts';
import { eraseAuditEvents } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { lockFilesOf } from '#shared/db/files-repository.ts';
import { deleteAllPersonRows, deletePersonRows, listPersonTables } from '#shared/db/person-tables.ts';
import { deleteRatesOf } from '#shared/db/rate-limits-repository.ts';
import { abandonAllUploads } from '#shared/db/uploads-repository.ts';
import { deleteUser, lockUser } from '#shared/db/users-repository.ts';

/** Rows a transaction: a hundred thousand in one would hold their locks, and its work would be lost with it, for long. */
const BATCH = 5_000;
/** They go last, by themselves: they say what is left to do. */
const LAST: ReadonlySet<string> = new Set(['erasures', 'loose_objects']);
/** Its rows tell of objects, so they do not just go. */
const UPLOADS = 'uploads';

/**
 * Removes every row of the person but those that say what is left to do. From the end of the account's own row on, no row of theirs
 * can be written: whatever refers to it is refused by the database.
 */
export async function removeRows(db: Db, userId: string): Promise<void> {
  const tables = (await listPersonTables(db)).filter(({ name }) => !LAST.has(name));
  for (const { name } of tables.filter(({ name, isOfFiles }) => isOfFiles && name !== UPLOADS)) {
    for (let deleted = BATCH; deleted === BATCH; ) {
      deleted = await asUser(db, userId, async (trx) => {
        await lockFilesOf(trx, userId);
        return deletePersonRows(trx, name, userId, BATCH);
      });
    }
  }
  await asUser(db, userId, async (trx) => {
    await lockFilesOf(trx, userId);
    // The one way in which events of the log are removed.
    await eraseAuditEvents(trx, userId);
    // No upload can be opened from here on: its row would refer to this one.
    await lockUser(trx, userId);
    await abandonAllUploads(trx, userId);
    await deleteUser(trx, userId);
    for (const { name } of tables) await deleteAllPersonRows(trx, name, userId);
    // Allowances of what the person asked for: their keys hold the account's id.
    await deleteRatesOf(trx, userId);
  });
}
