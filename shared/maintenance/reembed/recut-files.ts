import { listFilesCutShort } from '#shared/db/cross-tenant-reembed.ts';
import type { Db } from '#shared/db/database.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { reprocessFile } from '#shared/files/reprocess-file.ts';
import type { Queue } from '#shared/ports/queue.ts';

export interface CutShort {
  files: number;
  /** Of whose text the end is beyond what the model reads. */
  passages: number;
}

/** What was cut into passages for another model and is too long for that of this index. */
export async function countCutShort(db: Db, indexId: number): Promise<CutShort> {
  const files = await listFilesCutShort(db, indexId);
  return { files: files.length, passages: files.reduce((sum, { passages }) => sum + passages, 0) };
}

/**
 * Has such files cut anew, for the model that is live; their passages of now are found until then.
 * @returns how many files were sent on their way; not those that are under way or wait for new bytes
 */
export async function recutFiles(deps: { db: Db; queue: Queue }, indexId: number): Promise<number> {
  let sent = 0;
  for (const { userId, fileId, isBusy } of await listFilesCutShort(deps.db, indexId)) {
    if (isBusy) continue;
    try {
      await reprocessFile(deps, userId, fileId);
      sent += 1;
    } catch (error) {
      if (!(error instanceof AppError) || !['NOT_FOUND', 'CONFLICT'].includes(error.code)) throw error;
    }
  }
  return sent;
}
