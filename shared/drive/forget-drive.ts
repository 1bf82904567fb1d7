import { asPerson } from '#shared/db/as-person.ts';
import { deleteItems, listItemsWithFiles } from '#shared/db/drive-items-repository.ts';
import { deleteIfThere } from './remove-item-file.ts';
import type { SyncDeps } from './sync-run.ts';

const BATCH = 100;
const SLICE_MS = 20_000;

/** The person disconnected and wants the files gone: they go, and then what is known of the Drive. */
export async function forgetDrive(deps: SyncDeps, userId: string): Promise<void> {
  const deadline = Date.now() + SLICE_MS;
  for (;;) {
    const items = await asPerson(deps.db, userId, (trx) => listItemsWithFiles(trx, userId, BATCH));
    if (items.length === 0) break;
    for (const { file_id } of items) if (file_id !== null) await deleteIfThere(deps, userId, file_id);
    const ids = items.map((item) => item.item_id);
    await asPerson(deps.db, userId, (trx) => deleteItems(trx, userId, ids));
    if (Date.now() > deadline) return deps.queue.send('drive', { userId });
  }
  await asPerson(deps.db, userId, (trx) => deleteItems(trx, userId));
}
