import { randomUUID } from 'node:crypto';
import type { Trx } from '#shared/db/database.ts';
import { settleItem } from '#shared/db/drive-items-repository.ts';
import { findFileByExternalId, insertFile, renameFile } from '#shared/db/files-repository.ts';
import { markRefused } from '#shared/db/generations-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { deleteFileIn, type Heir, tellOfDeletion } from '#shared/files/delete-file.ts';
import { driveFilename } from './drive-filename.ts';
import type { Source } from './fetch-item.ts';
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

/** Another name of the same bytes: nothing is fetched, nothing is read anew. */
export async function renameItemFile(run: SyncRun, item: DriveItemRow, source: Source): Promise<void> {
  await commit(run, {}, async (trx) => {
    if (item.file_id !== null) {
      await renameFile(trx, item.user_id, item.file_id, driveFilename(item.name, source.mimeType));
    }
    await settleItem(trx, item, { fileId: item.file_id, fingerprint: source.fingerprint, name: item.name });
    await raiseIndexVersion(trx, item.user_id);
  });
}

/** The item becomes a FAILED file that says why, and is left alone until it changes. */
export async function refuseItem(run: SyncRun, item: DriveItemRow, error: AppError): Promise<void> {
  const { userId } = run.claim;
  await commit(run, {}, async (trx) => {
    const known = await findFileByExternalId(trx, userId, 'drive', item.item_id);
    const fileId = known?.id ?? randomUUID();
    if (!known) {
      await insertFile(trx, {
        id: fileId,
        user_id: userId,
        filename: driveFilename(item.name, item.mime_type),
        content_type: item.mime_type,
        size: item.size ?? 0,
        source: 'drive',
        external_id: item.item_id,
        status: 'FAILED',
        error_code: error.code,
        error_message: error.message,
        created_at: new Date(),
      });
    } else {
      await markRefused(trx, known, { code: error.code, message: error.message });
    }
    await settleItem(trx, item, { fileId, fingerprint: item.fingerprint, name: item.name });
  });
}
