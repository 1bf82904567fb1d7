import { findOwnerOfFile } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { removeLooseObjects } from '#shared/files/remove-loose-objects.ts';
import { buryLatePoints } from './bury-late-points.ts';
import { completeFiles, type FileGeneration } from './complete-file.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishTombstones, type TombstoneDeps } from './publish-tombstones.ts';

export interface PublishOutcome {
  chunks: number;
  tombstones: number;
  /** True when the slice of time ended before the outbox was empty. */
  more: boolean;
}

/**
 * Empties the outbox for a slice of time: deletions first, for half of it at most, with the objects of deleted files
 * that no tombstone names; then chunks batch by batch, until the vector store is away. With a file's generation it also completes that file, which a file without any chunk needs.
 */
export async function publishPending(
  deps: TombstoneDeps,
  sliceMs: number,
  embedded?: FileGeneration,
): Promise<PublishOutcome> {
  const start = Date.now();
  const outcome: PublishOutcome = { chunks: 0, tombstones: 0, more: false };
  await removeLooseObjects(deps, start + sliceMs / 4);
  await buryUntil(deps, start + sliceMs / 2, outcome);
  await buryLatePoints(deps, start + sliceMs / 2);
  for (;;) {
    const { claimed, outage } = await publishBatch(deps);
    outcome.chunks += claimed;
    // What waits is tried again on schedule, not at once: each try in an outage takes a time limit and an attempt.
    if (outage) outcome.more = false;
    if (outage || claimed === 0) break;
    if (Date.now() >= start + sliceMs) {
      outcome.more = true;
      break;
    }
  }
  const owner = embedded && (await findOwnerOfFile(deps.db, embedded.fileId));
  if (owner) await asPerson(deps.db, owner, (trx) => completeFiles(trx, owner, [embedded]));
  return outcome;
}

/** What is postponed is not due, so it is not looked at again before its time. */
async function buryUntil(deps: TombstoneDeps, deadline: number, outcome: PublishOutcome): Promise<void> {
  do {
    const buried = await publishTombstones(deps, deadline);
    outcome.tombstones += buried;
    if (buried === 0) return;
  } while (Date.now() < deadline);
  outcome.more = true;
}
