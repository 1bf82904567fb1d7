import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { personDropPrefix, personFilesPrefix } from '#shared/files/object-keys.ts';
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

/**
 * Ends the uploads that are open, while their rows still name them. What arrives in the bucket later is for a file that
 * nobody has, and intake removes it.
 */
export async function endUploads(deps: { db: Db; storage: ObjectStorage }, userId: string): Promise<void> {
  const uploads = await asPerson(deps.db, userId, (trx) =>
    trx.selectFrom('uploads').select(['object_key', 'multipart_id']).where('user_id', '=', userId).execute(),
  );
  for (const { object_key, multipart_id } of uploads) {
    if (multipart_id) await deps.storage.abortMultipart(object_key, multipart_id);
    await deps.storage.delete('incoming', object_key);
  }
}

export async function clearStores(
  deps: { storage: ObjectStorage; vectorIndex: VectorIndex; cache: Cache },
  userId: string,
): Promise<void> {
  for (const { bucket, prefix } of personPrefixes(userId)) {
    for await (const { key } of deps.storage.list(bucket, prefix)) await deps.storage.delete(bucket, key);
  }
  await deps.vectorIndex.dropOwner(userId);
  await deps.cache.deletePrefix(personPrefix(userId));
}
