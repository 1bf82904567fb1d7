import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { listLooseObjects } from '#shared/db/loose-objects-repository.ts';
import { personDropPrefix, personFilesPrefix } from '#shared/domain/object-keys.ts';
import { removeObject } from '#shared/files/remove-loose-objects.ts';
import { type Cache, personPrefix } from '#shared/ports/cache.ts';
import type { BucketRole, ObjectStorage } from '#shared/ports/object-storage.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { personExportsPrefix } from '#shared/users/export/export-key.ts';

/** Everything of a person in the buckets, apart from uploads, whose keys name files. */
export function personPrefixes(userId: string): { bucket: BucketRole; prefix: string }[] {
  return [
    { bucket: 'storage', prefix: personFilesPrefix(userId) },
    { bucket: 'storage', prefix: personExportsPrefix(userId) },
    { bucket: 'incoming', prefix: personDropPrefix(userId) },
  ];
}

/** Clears the stores. What may still be on its way is told by the rows of loose objects, which stay until the last pass. */
export async function clearStores(
  deps: { db: Db; storage: ObjectStorage; vectorIndex: VectorIndex; cache: Cache },
  userId: string,
): Promise<void> {
  const loose = await asUser(deps.db, userId, (trx) => listLooseObjects(trx, userId));
  for (const object of loose) await removeObject(deps.storage, object);
  for (const { bucket, prefix } of personPrefixes(userId)) {
    for await (const { key, uploadId } of deps.storage.listMultipart(bucket, prefix)) {
      await deps.storage.abortMultipart(bucket, key, uploadId);
    }
    for await (const { key } of deps.storage.list(bucket, prefix)) await deps.storage.delete(bucket, key);
  }
  await deps.vectorIndex.dropOwner(userId);
  await deps.cache.deletePrefix(personPrefix(userId));
}
