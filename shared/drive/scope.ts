import type { FolderState } from '#shared/db/drive-items-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';

/** Drive's own limit is 100 levels; two folders that name each other as parents end here. */
const DEEPEST = 200;

/** Whether the item lies in one of the chosen folders, at any depth, and nothing above it is in the trash or gone. */
export function isInScope(
  item: Pick<DriveItemRow, 'parent_id' | 'trashed' | 'removed'>,
  folders: ReadonlyMap<string, FolderState>,
  chosen: ReadonlySet<string>,
): boolean {
  if (item.trashed || item.removed) return false;
  let isChosen = chosen.size === 0;
  let parent = item.parent_id ?? undefined;
  for (let level = 0; parent !== undefined && level < DEEPEST; level++) {
    isChosen ||= chosen.has(parent);
    const folder = folders.get(parent);
    if (folder?.isGone) return false;
    parent = folder?.parent;
  }
  return isChosen;
}
