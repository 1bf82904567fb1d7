import { asUser } from '#shared/db/as-user.ts';
import { deletedRange } from '#shared/db/deletions-repository.ts';
import { listStoredModels } from '#shared/db/embedding-indexes-repository.ts';
import { claimSendings, deleteSending, mayStay } from '#shared/db/sendings-repository.ts';
import type { PublishDeps } from './publish-chunks.ts';

const BATCH = 10;

/**
 * Looks at what publishers sent and did not settle: they were killed, or stood still for longer than their lease, when
 * the tombstone of the file may have been carried out. Points of a generation that is gone are deleted once more.
 * @param deadline a time as of Date.now()
 */
export async function deleteLatePoints(deps: PublishDeps, deadline: number): Promise<void> {
  while (Date.now() < deadline) {
    const sendings = await claimSendings(deps.db, { limit: BATCH, leaseSeconds: deps.limits.outbox.leaseSeconds });
    for (const sending of sendings) {
      const { id, user_id: userId, file_id: fileId, generation } = sending;
      try {
        const { stays, range } = await asUser(deps.db, userId, async (trx) => ({
          stays: await mayStay(trx, sending),
          range: await deletedRange(trx, userId, fileId, generation),
        }));
        if (!stays) {
          const models = await listStoredModels(deps.db);
          await deps.vectorIndex.deleteFile(userId, fileId, generation, models, range.after);
        }
        await asUser(deps.db, userId, (trx) => deleteSending(trx, id));
      } catch (error) {
        deps.log.warn({ err: error, fileId }, 'late points could not be deleted');
      }
    }
    if (sendings.length < BATCH) return;
  }
}
