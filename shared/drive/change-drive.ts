import type { DriveView } from '#shared/api/drive.ts';
import { asUser } from '#shared/db/as-user.ts';
import { askForSync, chooseFolders, findConnection } from '#shared/db/drive-connections-repository.ts';
import { markAllDirty } from '#shared/db/drive-items-repository.ts';
import { AppError, type FieldError } from '#shared/errors/app-error.ts';
import { FOLDER_TYPE } from '#shared/ports/drive.ts';
import { type DriveConnectionDeps, driveProvider } from './drive-provider.ts';
import { driveStatus } from './drive-status.ts';
import { readRefreshToken } from './refresh-token.ts';

/** @throws AppError of {@link chooseDriveFolders}, where folders are chosen */
export async function changeDrive(
  deps: DriveConnectionDeps,
  userId: string,
  change: { folderIds?: readonly string[] | undefined },
): Promise<DriveView> {
  if (change.folderIds) await chooseDriveFolders(deps, userId, change.folderIds);
  return driveStatus(deps, userId);
}

/**
 * From now on only what lies in these folders, or below them, is kept; none means everything.
 * @throws AppError DRIVE_NOT_CONFIGURED, DRIVE_NOT_CONNECTED, VALIDATION_ERROR naming ids that are no folders, REAUTH_REQUIRED, DRIVE_UNAVAILABLE
 */
async function chooseDriveFolders(
  deps: DriveConnectionDeps,
  userId: string,
  folderIds: readonly string[],
): Promise<void> {
  const provider = driveProvider(deps);
  const connection = await asUser(deps.db, userId, (trx) => findConnection(trx, userId));
  if (!connection) throw new AppError('DRIVE_NOT_CONNECTED');
  const drive = provider.open(readRefreshToken(deps.keyring, connection));
  const errors: FieldError[] = [];
  const ids: string[] = [];
  for (const [index, id] of folderIds.entries()) {
    const entry = await drive.get(id);
    // `root` is a name for a folder that has an id of its own, and files name that one.
    if (entry?.mimeType === FOLDER_TYPE) ids.push(entry.id);
    else errors.push({ field: `folderIds.${index}`, message: 'is not a folder of the connected Google Drive' });
  }
  if (errors.length > 0) throw new AppError('VALIDATION_ERROR', { errors });
  await asUser(deps.db, userId, async (trx) => {
    await chooseFolders(trx, userId, [...new Set(ids)]);
    await markAllDirty(trx, userId);
    await askForSync(trx, userId);
  });
  await deps.queue.send('drive', { userId });
}
