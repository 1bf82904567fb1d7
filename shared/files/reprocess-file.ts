import type { FileView } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { lockFile } from '#shared/db/files-repository.ts';
import { startGeneration } from '#shared/db/generations-repository.ts';
import { deleteSuperseded } from '#shared/db/tombstones-repository.ts';
import { findUpload } from '#shared/db/uploads-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { viewFile } from './file-view.ts';
import { findOwnFile } from './find-own-file.ts';

/**
 * Starts a new generation of the stored bytes. What is searchable now stays so until the new one is READY.
 * @throws AppError NOT_FOUND, CONFLICT when no bytes are stored yet
 */
export async function reprocessFile(deps: { db: Db; queue: Queue }, userId: string, fileId: string): Promise<FileView> {
  const generation = await asUser(deps.db, userId, async (trx) => {
    const file = await lockFile(trx, userId, fileId);
    if (!file) throw new AppError('NOT_FOUND');
    if (file.duplicate_of) {
      throw new AppError('CONFLICT', {
        detail: `This file is a duplicate. Reprocess the original, ${file.duplicate_of}, instead.`,
      });
    }
    if (await findUpload(trx, fileId)) {
      throw new AppError('CONFLICT', {
        detail: 'An upload of new content is in progress for this file. Finish it first.',
      });
    }
    if (file.content_generation === null) {
      throw new AppError('CONFLICT', { detail: 'The content of this file is not stored. Upload it again.' });
    }
    await deleteSuperseded(trx, file);
    const next = file.generation + 1;
    await startGeneration(trx, fileId, { generation: next });
    return next;
  });
  await deps.queue.send('extract', { fileId, generation });
  return viewFile(await asUser(deps.db, userId, (trx) => findOwnFile(trx, userId, fileId)));
}
