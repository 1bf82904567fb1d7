import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import { type ClaimedChunk, failExhaustedChunks, OUTAGE_REASON, postponeChunks } from '#shared/db/outbox-repository.ts';
import { failGeneration } from '#shared/db/pipeline-repository.ts';
import { backoffSeconds } from '#shared/pipeline/backoff.ts';
import type { OutboxLimits } from './outbox-limits.ts';

/** At most five minutes apart, a hundred attempts are some six hours: an outage longer than that is told to people. */
const OUTAGES_PER_REFUSAL = 10;

/**
 * Postpones chunks that could not be published. A file that was refused `maxAttempts` times, or met ten times as many
 * outages, is FAILED with the reason.
 */
export async function settlePublishFailure(
  deps: { db: Db; limits: { outbox: Pick<OutboxLimits, 'maxAttempts'> } },
  userId: string,
  holder: string,
  chunks: readonly ClaimedChunk[],
  cause: unknown,
): Promise<void> {
  const isOutage = cause === 'outage';
  const reason = isOutage ? OUTAGE_REASON : cause instanceof Error ? cause.message : String(cause);
  const { maxAttempts } = deps.limits.outbox;
  const most = isOutage ? OUTAGES_PER_REFUSAL * maxAttempts : maxAttempts;
  const ids = chunks.map((chunk) => chunk.id);
  const attempts = Math.max(...chunks.map((chunk) => chunk.attempts));
  await asUser(deps.db, userId, async (trx) => {
    await lockFiles(trx, userId, [...new Set(chunks.map((chunk) => chunk.fileId))]);
    await postponeChunks(trx, holder, ids, { delaySeconds: backoffSeconds(attempts), reason });
    for (const file of await failExhaustedChunks(trx, holder, ids, most)) {
      await failGeneration(trx, file.fileId, file.generation, {
        code: 'INDEX_FAILED',
        message: isOutage
          ? `The search index did not respond ${most} times. Reprocess the file later.`
          : `The search index rejected the file ${most} times (${file.reason}). Reprocess the file later.`,
      });
    }
  });
}
