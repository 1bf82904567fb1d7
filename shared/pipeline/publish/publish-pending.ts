import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfFile } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import { type PublishMessage, stageMessage } from '#shared/domain/messages.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';
import { removeLooseObjects } from '#shared/files/remove-loose-objects.ts';
import type { Queue } from '#shared/ports/queue.ts';
import { completeFiles, type FileGeneration } from './complete-file.ts';
import { deleteLatePoints } from './delete-late-points.ts';
import { publishBatch } from './publish-chunks.ts';
import { publishTombstones, type TombstoneDeps } from './publish-tombstones.ts';

const SLICE_MS = 20_000;

export interface PublishOutcome {
  chunks: number;
  tombstones: number;
  /** True when the slice of time ended before the outbox was empty. */
  more: boolean;
}

/** One call of the function: a slice, and where that did not suffice a message for the next. */
export async function publishSlice(
  deps: TombstoneDeps & { queue: Queue },
  messages: readonly PublishMessage[],
): Promise<void> {
  const embedded = messages.flatMap((message) => stageMessage.safeParse(message).data ?? []);
  const outcome = await publishPending(deps, SLICE_MS, embedded);
  if (outcome.more) await deps.queue.send('publish', { reason: 'more' });
}

/**
 * Empties the outbox for a slice of time. First chunks batch by batch, for half of it at most, until the vector store is
 * away; what comes after may have to wait for the object storage, and nobody's file waits with it. Then deletions, each kind
 * with a share of its own: points that came late, tombstones, and the objects of deleted files that no tombstone names.
 * @param embedded are completed as well, which files without any chunk need
 */
export async function publishPending(
  deps: TombstoneDeps,
  sliceMs: number,
  embedded: readonly FileGeneration[] = [],
): Promise<PublishOutcome> {
  const start = Date.now();
  const end = start + sliceMs;
  const outcome: PublishOutcome = { chunks: 0, tombstones: 0, more: false };
  const { outage, files } = await publishUntil(deps, start + sliceMs / 2, outcome);
  // With its last chunk a file is completed already.
  await eachForItself(
    embedded.filter((file) => !files.has(keyOf(file))),
    (file) => complete(deps.db, file),
  );
  await deleteLatePoints(deps, Date.now() + sliceMs / 8);
  await publishTombstonesUntil(deps, Math.min(end, Date.now() + sliceMs / 4), outcome);
  await removeLooseObjects(deps, end);
  // What waits is tried again on schedule, not at once: each try in an outage takes a time limit and an attempt.
  return outage ? { ...outcome, more: false } : outcome;
}

async function publishUntil(
  deps: TombstoneDeps,
  deadline: number,
  outcome: PublishOutcome,
): Promise<{ outage: boolean; files: Set<string> }> {
  const files = new Set<string>();
  do {
    const batch = await publishBatch(deps);
    outcome.chunks += batch.claimed;
    for (const file of batch.files) files.add(keyOf(file));
    if (batch.outage || batch.claimed === 0) return { outage: batch.outage, files };
  } while (Date.now() < deadline);
  outcome.more = true;
  return { outage: false, files };
}

const keyOf = ({ fileId, generation }: FileGeneration): string => `${fileId}/${generation}`;

async function complete(db: Db, file: FileGeneration): Promise<void> {
  const owner = await findOwnerOfFile(db, file.fileId);
  if (!owner) return;
  await asUser(db, owner, async (trx) => {
    await lockFiles(trx, owner, [file.fileId]);
    await completeFiles(trx, owner, [file]);
  });
}

/** What is postponed is not due, so it is not looked at again before its time. */
async function publishTombstonesUntil(deps: TombstoneDeps, deadline: number, outcome: PublishOutcome): Promise<void> {
  do {
    const deleted = await publishTombstones(deps, deadline);
    outcome.tombstones += deleted;
    if (deleted === 0) return;
  } while (Date.now() < deadline);
  outcome.more = true;
}
