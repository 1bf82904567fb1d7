import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findFile } from '#shared/db/files-repository.ts';
import { releaseExpired } from '#shared/db/pipeline-repository.ts';
import type { FileStatus } from '#shared/domain/file-status.ts';
import type { Queue, QueueName } from '#shared/ports/queue.ts';
import { NEXT_QUEUE } from './next-queue.ts';

/**
 * Tells the stage that a file stands before, where a message finds nothing to do. A worker that died while it carried a file
 * through several stages left the message of the first, which the file has behind it, and a lease in a line in which its
 * owner need not stand.
 */
export async function tellStageOf(
  deps: { db: Db; queue: Queue },
  userId: string,
  { fileId, generation }: { fileId: string; generation?: number },
): Promise<void> {
  const file = await asUser(deps.db, userId, async (trx) => {
    await releaseExpired(trx, fileId);
    return findFile(trx, userId, fileId);
  });
  if (!file || file.duplicate_of !== null || (generation !== undefined && file.generation !== generation)) return;
  const queues: Partial<Record<FileStatus, QueueName>> = NEXT_QUEUE;
  const queue = queues[file.status];
  if (queue === undefined) return;
  const leaseMs = (file.lease_expires_at?.getTime() ?? 0) - Date.now();
  const delaySeconds = Math.max(0, Math.ceil(leaseMs / 1_000));
  await deps.queue.send(queue, { fileId, generation: file.generation }, { delaySeconds });
}
