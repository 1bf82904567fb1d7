import type { Trx } from '#shared/db/database.ts';
import { settleItem } from '#shared/db/drive-items-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { deleteFileIn, type Heir, tellOfDeletion } from '#shared/files/delete-file.ts';
import { commit, type SyncRun } from './sync-run.ts';

/**
 * The item is out of the Drive, or out of the chosen folders: so is its file. Both in one transaction under the lease: a
 * run that has lost it may be deleting what the next one has just brought over.
 */
export async function removeItemFile(run: SyncRun, item: DriveItemRow): Promise<void> {
  let heirs: Heir[] = [];
  await commit(run, {}, async (trx) => {
    if (item.file_id !== null) heirs = await deleteIfThere(trx, item.user_id, item.file_id);
    await settleItem(trx, item, { fileId: null, fingerprint: null, name: null });
  });
  await tellOfDeletion(run.deps.queue, heirs);
}

/** What the person deleted themselves, or an earlier attempt did, is gone already. @returns as {@link deleteFileIn} */
export async function deleteIfThere(trx: Trx, userId: string, fileId: string): Promise<Heir[]> {
  try {
    return await deleteFileIn(trx, userId, fileId);
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return [];
    throw error;
  }
}
