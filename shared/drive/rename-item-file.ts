import { settleItem } from '#shared/db/drive-items-repository.ts';
import { renameFile } from '#shared/db/files-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { driveFilename } from './drive-filename.ts';
import type { Source } from './fetch-item.ts';
import { commit, type SyncRun } from './sync-run.ts';

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
