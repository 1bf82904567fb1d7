import { deleteChildRows } from '#shared/db/children-repository.ts';
import type { Trx } from '#shared/db/database.ts';
import { findWithDuplicates } from '#shared/db/duplicates-repository.ts';
import { giveUpWrites } from '#shared/db/loose-objects-repository.ts';
import type { FileRow } from '#shared/db/schema.ts';
import { insertTombstones } from '#shared/db/tombstones-repository.ts';
import { abandonUploads } from '#shared/db/uploads-repository.ts';
import { promoteDuplicate } from './promote-duplicate.ts';

export interface DeletedChildren {
  deleted: number;
  /** Files that took the place of a deleted original; each needs an `extract` message after the commit. */
  promoted: Pick<FileRow, 'id' | 'generation'>[];
}

/**
 * Deletes the files that came out of a file, and what came out of those: level by level, for once a file is marked as
 * deleted nothing more can come out of it. The caller raises the person's index version and wakes the publisher.
 * @param parent locked by this transaction
 * @param beforeGeneration only what the parent held in generations before this one
 */
export async function deleteChildren(
  trx: Trx,
  parent: Pick<FileRow, 'id' | 'user_id'>,
  beforeGeneration?: number,
): Promise<DeletedChildren> {
  const gone: Pick<FileRow, 'id' | 'user_id' | 'generation'>[] = [];
  let level = await deleteChildRows(trx, parent.user_id, [parent.id], beforeGeneration);
  while (level.length > 0) {
    gone.push(...level);
    level = await deleteChildRows(
      trx,
      parent.user_id,
      level.map(({ id }) => id),
    );
  }
  if (gone.length === 0) return { deleted: 0, promoted: [] };
  const ids = gone.map(({ id }) => id);
  await abandonUploads(trx, ids);
  await giveUpWrites(trx, ids);
  await insertTombstones(trx, gone);
  const promoted: DeletedChildren['promoted'] = [];
  for (const id of await findWithDuplicates(trx, parent.user_id, ids)) {
    const heir = await promoteDuplicate(trx, { id, user_id: parent.user_id });
    if (heir) promoted.push(heir);
  }
  return { deleted: gone.length, promoted };
}
