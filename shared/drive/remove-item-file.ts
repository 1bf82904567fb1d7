import { settleItem } from '#shared/db/drive-items-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { commit, type SyncRun } from './sync-run.ts';

/** The item is out of the Drive, or out of the chosen folders: so is its file. */
export async function removeItemFile(run: SyncRun, item: DriveItemRow): Promise<void> {
  if (item.file_id !== null) await deleteIfThere(run.deps, item.user_id, item.file_id);
  await commit(run, {}, (trx) => settleItem(trx, item, { fileId: null, fingerprint: null, name: null }));
}

/** What the person deleted themselves, or an earlier attempt did, is gone already. */
export async function deleteIfThere(
  deps: Parameters<typeof deleteFile>[0],
  userId: string,
  fileId: string,
): Promise<void> {
  try {
    await deleteFile(deps, userId, fileId);
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error;
  }
}
