import { completeFile } from './complete-file.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishTombstones, type TombstoneDeps } from './publish-tombstones.ts';

export interface PublishOutcome {
  chunks: number;
  tombstones: number;
  /** True when the slice of time ended before the outbox was empty. */
  more: boolean;
}

/**
 * Empties the outbox for a slice of time: deletions first, then chunks batch by batch. With a file's generation it also
 * completes that file, which a file without any chunk needs.
 */
export async function publishPending(
  deps: TombstoneDeps,
  sliceMs: number,
  embedded?: { fileId: string; generation: number },
): Promise<PublishOutcome> {
  const deadline = Date.now() + sliceMs;
  const outcome: PublishOutcome = { chunks: 0, tombstones: await publishTombstones(deps), more: false };
  for (;;) {
    const claimed = await publishBatch(deps);
    outcome.chunks += claimed;
    if (claimed === 0) break;
    if (Date.now() >= deadline) {
      outcome.more = true;
      break;
    }
  }
  if (embedded) {
    await deps.db.transaction().execute((trx) => completeFile(trx, embedded.fileId, embedded.generation));
  }
  return outcome;
}
