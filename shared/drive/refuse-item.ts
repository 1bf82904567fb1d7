import { randomUUID } from 'node:crypto';
import { settleItem } from '#shared/db/drive-items-repository.ts';
import { findFileByExternalId, insertFile } from '#shared/db/files-repository.ts';
import { markRefused } from '#shared/db/pipeline-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import type { AppError } from '#shared/errors/app-error.ts';
import { driveFilename } from './drive-filename.ts';
import { commit, type SyncRun } from './sync-run.ts';

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
