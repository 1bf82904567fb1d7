import type { DriveFoldersView } from '#shared/api/drive.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection } from '#shared/db/drive-connections-repository.ts';
import { listFolders, loadFolders } from '#shared/db/drive-items-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
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
