import { asUser } from '#shared/db/as-user.ts';
import { findExpiredExports } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { deleteExport, findExport } from '#shared/db/exports-repository.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { personExportsPrefix } from './export-key.ts';

const BATCH = 100;

/** Deletes archives that have been there long enough, with what earlier attempts left. @returns how many */
export async function expireExports(deps: { db: Db; storage: ObjectStorage }): Promise<number> {
  const owners = await findExpiredExports(deps.db, BATCH);
  return eachForItself(owners, async (userId) => {
    const row = await asUser(deps.db, userId, (trx) => findExport(trx, userId));
    // Another may have been asked for just now.
    if (!row || row.expires_at.getTime() > Date.now()) return;
    for await (const { key } of deps.storage.list('storage', personExportsPrefix(userId))) {
      await deps.storage.delete('storage', key);
    }
    await asUser(deps.db, userId, (trx) => deleteExport(trx, userId, row.id));
  });
}
