import { findDueErasures, findDueExports } from '#shared/db/across-people.ts';
import type { Db } from '#shared/db/database.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { expireExports } from './export/expire-exports.ts';

const BATCH = 100;

/** Sends on erasures and archives that no message triggers any more, and deletes archives whose time is over. */
export async function sweepPeople(deps: { db: Db; storage: ObjectStorage; queue: Queue }): Promise<{
  erasures: number;
  exports: number;
  expiredExports: number;
}> {
  const erasures = await findDueErasures(deps.db, BATCH);
  for (const userId of erasures) await deps.queue.send('erase', { userId });
  const exports = await findDueExports(deps.db, BATCH);
  for (const userId of exports) await deps.queue.send('export', { userId });
  return { erasures: erasures.length, exports: exports.length, expiredExports: await expireExports(deps) };
}
