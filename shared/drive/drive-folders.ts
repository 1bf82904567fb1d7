import type { DriveFoldersView } from '#shared/api/drive.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { askForSync, chooseFolders, findConnection } from '#shared/db/drive-connections-repository.ts';
import { listFolders, loadFolders, markAllDirty } from '#shared/db/drive-items-repository.ts';
import { AppError, type FieldError } from '#shared/errors/app-error.ts';
import { type DriveProvider, FOLDER_TYPE } from '#shared/ports/drive.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { readRefreshToken } from './refresh-token.ts';
import { isInScope } from './scope.ts';

const DEEPEST = 200;
/** More than a person looks through; they type a part of the name instead. */
const MOST = 500;

/**
 * The folders of the connected Drive as far as they have been listed, by their paths.
 * @param contains part of the path, in any case of letters
 * @throws AppError DRIVE_NOT_CONNECTED
 */
export async function listDriveFolders(deps: { db: Db }, userId: string, contains: string): Promise<DriveFoldersView> {
  const { rows, states } = await asUser(deps.db, userId, async (trx) => {
    if (!(await findConnection(trx, userId))) throw new AppError('DRIVE_NOT_CONNECTED');
    return { rows: await listFolders(trx, userId), states: await loadFolders(trx, userId) };
  });
  const there = rows.filter((row) => isInScope(row, states, new Set()));
  const byId = new Map(there.map((folder) => [folder.item_id, folder]));
  const wanted = contains.toLocaleLowerCase();
  const found = there
    .map(({ item_id, name, parent_id }) => {
      const path = [name];
      let above = byId.get(parent_id ?? '');
      for (let level = 0; above && level < DEEPEST; level++) {
        path.unshift(above.name);
        above = byId.get(above.parent_id ?? '');
      }
      return { id: item_id, path };
    })
    .filter(({ path }) => path.join(' / ').toLocaleLowerCase().includes(wanted))
    .sort((a, b) => a.path.join('\0').localeCompare(b.path.join('\0')));
  return { items: found.slice(0, MOST), total: found.length };
}

/**
 * From now on only what lies in these folders, or below them, is kept; none means everything.
 * @throws AppError DRIVE_NOT_CONNECTED, VALIDATION_ERROR naming ids that are no folders, REAUTH_REQUIRED, DRIVE_UNAVAILABLE
 */
export async function chooseDriveFolders(
  deps: { db: Db; provider: DriveProvider; keyring: Keyring; queue: Queue },
  userId: string,
  folderIds: readonly string[],
): Promise<void> {
  const connection = await asUser(deps.db, userId, (trx) => findConnection(trx, userId));
  if (!connection) throw new AppError('DRIVE_NOT_CONNECTED');
  const drive = deps.provider.open(readRefreshToken(deps.keyring, connection));
  const errors: FieldError[] = [];
  const ids: string[] = [];
  for (const [index, id] of folderIds.entries()) {
    const entry = await drive.get(id);
    // `root` is a name for a folder that has an id of its own, and files name that one.
    if (entry?.mimeType === FOLDER_TYPE) ids.push(entry.id);
    else errors.push({ field: `folderIds.${index}`, message: 'is no folder of the connected Drive' });
  }
  if (errors.length > 0) throw new AppError('VALIDATION_ERROR', { errors });
  await asUser(deps.db, userId, async (trx) => {
    await chooseFolders(trx, userId, [...new Set(ids)]);
    await markAllDirty(trx, userId);
    await askForSync(trx, userId);
  });
  await deps.queue.send('drive', { userId });
}
