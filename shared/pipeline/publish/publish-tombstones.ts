import { asUser } from '#shared/db/as-user.ts';
import { deleteBm25Segments } from '#shared/db/bm25-repository.ts';
import { deleteChunks } from '#shared/db/chunks-repository.ts';
import { type DeletedRange, deleteCleared, deletedRange, lockEvenDeleted } from '#shared/db/deletions-repository.ts';
import { listStoredModels } from '#shared/db/embedding-indexes-repository.ts';
import { lockFiles } from '#shared/db/files-repository.ts';
import { lastLeaseEnd } from '#shared/db/outbox-repository.ts';
import { deletePages } from '#shared/db/pages-repository.ts';
import type { TombstoneRow } from '#shared/db/schema.ts';
import { claimTombstones, deleteTombstone, postponeTombstone } from '#shared/db/tombstones-repository.ts';
import { generationOfStorageKey, storagePrefix, uploadKey } from '#shared/domain/object-keys.ts';
import { backoffSeconds } from '#shared/pipeline/backoff.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { PublishDeps } from './publish-chunks.ts';

/** So few that the lease outlasts them all as a rule. */
const BATCH = 10;

export interface TombstoneDeps extends PublishDeps {
  storage: ObjectStorage;
}

/**
 * Carries out a batch of the deletions that are due; those not begun by `deadline` (a time as of Date.now) stay due.
 * @returns how many were claimed; 0 when none is due
 */
export async function publishTombstones(deps: TombstoneDeps, deadline: number): Promise<number> {
  const tombstones = await claimTombstones(deps.db, { limit: BATCH, leaseSeconds: deps.limits.outbox.leaseSeconds });
  for (const tombstone of tombstones) {
    if (Date.now() >= deadline) {
      await postpone(deps, tombstone, { delaySeconds: 0 });
      continue;
    }
    try {
      await carryOut(deps, tombstone);
    } catch (error) {
      deps.log.warn({ err: error, fileId: tombstone.file_id }, 'deletion failed');
      await postpone(deps, tombstone, { delaySeconds: backoffSeconds(tombstone.attempts), failed: true });
    }
  }
  return tombstones.length;
}

/**
 * Deletes the points twice: once every lease on the file has ended, and again one client time limit later, because a
 * request that was given up may still be under way to the vector store and would bring the file back. A lease that shows
 * only at the second pass was being taken during the first, which then does not count.
 */
async function carryOut(deps: TombstoneDeps, tombstone: TombstoneRow): Promise<void> {
  const leaseEnd = await asUser(deps.db, tombstone.user_id, (trx) =>
    lastLeaseEnd(trx, tombstone.file_id, tombstone.up_to_generation),
  );
  if (leaseEnd) {
    const delaySeconds = Math.max(0, (leaseEnd.getTime() - Date.now()) / 1_000) + 0.1;
    await postpone(deps, tombstone, { delaySeconds, passes: 0 });
    return;
  }
  const range = await asUser(deps.db, tombstone.user_id, (trx) =>
    deletedRange(trx, tombstone.user_id, tombstone.file_id, tombstone.up_to_generation),
  );
  // Read after the leases: an index whose filling begins later takes in nothing that is deleted.
  const models = await listStoredModels(deps.db);
  await deps.vectorIndex.deleteFile(
    tombstone.user_id,
    tombstone.file_id,
    tombstone.up_to_generation,
    models,
    range.after,
  );
  if (tombstone.passes === 0) {
    await postpone(deps, tombstone, { delaySeconds: deps.limits.outbox.clientTimeoutMs / 1_000, passes: 1 });
    return;
  }
  await clearStores(deps, tombstone, range);
}

function postpone(
  deps: Pick<TombstoneDeps, 'db'>,
  tombstone: TombstoneRow,
  changes: Parameters<typeof postponeTombstone>[2],
): Promise<void> {
  return asUser(deps.db, tombstone.user_id, (trx) => postponeTombstone(trx, tombstone.id, changes));
}

async function clearStores(
  deps: TombstoneDeps,
  tombstone: TombstoneRow,
  { gone, contentKey, after }: DeletedRange,
): Promise<void> {
  const { user_id: userId, file_id: fileId, up_to_generation: upTo } = tombstone;
  for await (const { key } of deps.storage.list('storage', storagePrefix(userId, fileId))) {
    const generation = generationOfStorageKey(key);
    // The bytes of an older generation may still be those of the live one.
    if (gone || (generation > after && generation <= upTo && key !== contentKey)) {
      await deps.storage.delete('storage', key);
    }
  }
  if (gone) {
    for await (const { key } of deps.storage.list('incoming', uploadKey(fileId)))
      await deps.storage.delete('incoming', key);
  }

  await asUser(deps.db, userId, async (trx) => {
    await lockEvenDeleted(trx, fileId);
    await deleteChunks(trx, userId, fileId, upTo, after);
    await deleteBm25Segments(trx, userId, fileId, upTo, after);
    await deletePages(trx, userId, fileId, upTo, after);
  });
  // By itself, for it is short: the rows of the file's children change with its own.
  await asUser(deps.db, userId, async (trx) => {
    // Another tombstone of the file may be cleared at the same time: the later one must see that the earlier is gone.
    await lockFiles(trx, userId, [fileId]);
    await deleteTombstone(trx, tombstone.id);
    if (gone) await deleteCleared(trx, userId, fileId);
  });
}
