import { asUser } from '#shared/db/as-user.ts';
import type { Trx } from '#shared/db/database.ts';
import { findConnection, lockDrive } from '#shared/db/drive-connections-repository.ts';
import { deleteItems, listItemsWithFiles } from '#shared/db/drive-items-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { type Heir, tellOfDeletion } from '#shared/files/delete-file.ts';
import { deleteIfThere } from './item-file.ts';
import type { SyncDeps } from './sync-run.ts';

const BATCH = 100;
const SLICE_MS = 20_000;

/**
 * The person disconnected and wants the files gone: they go, each with what is known of it, and then what is known of the
 * rest. It ends where the person connects a Drive again: what is left belongs to that sync, which lists everything and
 * brings back what has gone.
 */
export async function forgetDrive(deps: SyncDeps, userId: string): Promise<void> {
  const deadline = Date.now() + SLICE_MS;
  for (;;) {
    const items = await asUser(deps.db, userId, (trx) => listItemsWithFiles(trx, userId, BATCH));
    if (items.length === 0) break;
    for (const item of items) {
      const heirs = await asUser(deps.db, userId, (trx) => forgetItem(trx, item));
      if (heirs === 'connected again') return;
      await tellOfDeletion(deps.queue, heirs);
    }
    if (Date.now() > deadline) return deps.queue.send('drive', { userId });
  }
  await asUser(deps.db, userId, async (trx) => {
    if (!(await isConnected(trx, userId))) await deleteItems(trx, userId);
  });
}

async function forgetItem(
  trx: Trx,
  { user_id: userId, item_id, file_id }: DriveItemRow,
): Promise<Heir[] | 'connected again'> {
  if (await isConnected(trx, userId)) return 'connected again';
  const heirs = file_id === null ? [] : await deleteIfThere(trx, userId, file_id);
  await deleteItems(trx, userId, [item_id]);
  return heirs;
}

/** Stays so until the transaction ends: whoever connects waits for it. */
async function isConnected(trx: Trx, userId: string): Promise<boolean> {
  await lockDrive(trx, userId);
  return (await findConnection(trx, userId)) !== undefined;
}
