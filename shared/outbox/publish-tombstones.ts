import { deleteChunks } from '#shared/db/chunks-repository.ts';
import { lastLeaseEnd } from '#shared/db/outbox-repository.ts';
import { deletePages } from '#shared/db/pages-repository.ts';
import type { TombstoneRow } from '#shared/db/schema.ts';
import { claimTombstones, deleteTombstone, postponeTombstone } from '#shared/db/tombstones-repository.ts';
import { storageKey, storagePrefix, uploadKey } from '#shared/files/object-keys.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { backoffSeconds } from './backoff.ts';
import type { PublishDeps } from './publish-chunks.ts';

const BATCH = 50;

export interface TombstoneDeps extends PublishDeps {
  storage: ObjectStorage;
}

/** Carries out the deletions that are due. @returns how many tombstones were looked at */
export async function publishTombstones(deps: TombstoneDeps): Promise<number> {
  const tombstones = await claimTombstones(deps.db, { limit: BATCH, leaseSeconds: deps.leaseSeconds });
  for (const tombstone of tombstones) {
    try {
      await bury(deps, tombstone);
    } catch (error) {
      deps.log.warn({ err: error, fileId: tombstone.file_id }, 'deletion failed');
      await postponeTombstone(deps.db, tombstone.id, {
        delaySeconds: backoffSeconds(tombstone.attempts),
        failed: true,
      });
    }
  }
  return tombstones.length;
}

/**
 * Deletes the points twice: once every lease on the file has ended, and again one client time limit later, because a
 * request that was given up may still be under way to the vector store and would bring the file back.
 */
async function bury(deps: TombstoneDeps, tombstone: TombstoneRow): Promise<void> {
  const leaseEnd = await lastLeaseEnd(deps.db, tombstone.file_id, tombstone.up_to_generation);
  if (leaseEnd) {
    const delaySeconds = Math.max(0, (leaseEnd.getTime() - Date.now()) / 1_000) + 0.1;
    await postponeTombstone(deps.db, tombstone.id, { delaySeconds });
    return;
  }
  await deps.vectorIndex.deleteFile(tombstone.user_id, tombstone.file_id, tombstone.up_to_generation);
  if (tombstone.passes === 0) {
    await postponeTombstone(deps.db, tombstone.id, { delaySeconds: deps.clientTimeoutMs / 1_000, passes: 1 });
    return;
  }
  await clearStores(deps, tombstone);
}

async function clearStores(deps: TombstoneDeps, tombstone: TombstoneRow): Promise<void> {
  const { user_id: userId, file_id: fileId, up_to_generation: upTo } = tombstone;
  const file = await deps.db
    .selectFrom('files')
    .select(['deleted_at', 'content_generation'])
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  const gone = !file || file.deleted_at !== null;
  const prefix = storagePrefix(userId, fileId);
  for await (const object of deps.storage.list('storage', prefix)) {
    const generation = Number(object.key.slice(prefix.length));
    // The bytes of an older generation may still be those of the live one.
    if (gone || (generation <= upTo && generation !== file.content_generation)) {
      await deps.storage.delete('storage', storageKey(userId, fileId, generation));
    }
  }
  if (gone) await deps.storage.delete('incoming', uploadKey(fileId));

  await deps.db.transaction().execute(async (trx) => {
    await deleteChunks(trx, userId, fileId, upTo);
    await deletePages(trx, userId, fileId, upTo);
    await deleteTombstone(trx, tombstone.id);
    if (gone) {
      await trx
        .deleteFrom('files')
        .where('id', '=', fileId)
        .where('user_id', '=', userId)
        .where('deleted_at', 'is not', null)
        .where((where) =>
          where.not(where.exists(where.selectFrom('tombstones').select('id').where('file_id', '=', fileId))),
        )
        .execute();
    }
  });
}
