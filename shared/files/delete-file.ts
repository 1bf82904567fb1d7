import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { markDeleted } from '#shared/db/deletions-repository.ts';
import { lockFile, lockFilesOf } from '#shared/db/files-repository.ts';
import { giveUpWrites } from '#shared/db/loose-objects-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { abandonUploads } from '#shared/db/uploads-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { deleteChildren } from './delete-children.ts';
import { promoteDuplicate } from './promote-duplicate.ts';

/**
 * Deletes a file and the files that came out of it: out of every list and search with this transaction; their tombstones
 * clear the stores.
 * @throws AppError NOT_FOUND
 */
export async function deleteFile(
  deps: { db: Db; queue: Queue },
  userId: string,
  fileId: string,
  from?: RequestOrigin,
): Promise<void> {
  const heirs = await asUser(deps.db, userId, (trx) => deleteFileIn(trx, userId, fileId, from));
  await tellOfDeletion(deps.queue, heirs);
}

/** A file that takes the place of a deleted one of the same bytes, and is processed now. */
export interface Heir {
  id: string;
  generation: number;
}

/** As {@link deleteFile}, in a transaction of the caller's, who tells of it once that is committed. @throws AppError NOT_FOUND */
export async function deleteFileIn(trx: Trx, userId: string, fileId: string, from?: RequestOrigin): Promise<Heir[]> {
  await lockFilesOf(trx, userId);
  const file = await lockFile(trx, userId, fileId);
  if (!file) throw new AppError('NOT_FOUND');
  await markDeleted(trx, fileId);
  await abandonUploads(trx, [fileId]);
  await giveUpWrites(trx, [fileId]);
  await insertTombstone(trx, { userId, fileId, upToGeneration: file.generation });
  await recordAudit(trx, { action: 'file.deleted', userId, actorId: userId, targetId: fileId, from });
  const { promoted } = await deleteChildren(trx, file);
  const heir = await promoteDuplicate(trx, file);
  // Rows of files first, the person's last, as everywhere: two transactions can't wait for each other.
  await raiseIndexVersion(trx, userId);
  return heir ? [...promoted, heir] : promoted;
}

export async function tellOfDeletion(queue: Queue, heirs: readonly Heir[]): Promise<void> {
  for (const { id, generation } of heirs) await queue.send('extract', { fileId: id, generation });
  await queue.send('publish', { reason: 'tombstone' });
}
