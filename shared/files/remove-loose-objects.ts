import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { claimLooseObjects, settleRemoval } from '#shared/db/loose-objects-repository.ts';
import type { LooseObjectRow } from '#shared/db/schema.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';

const BATCH = 100;
/** Longer than removing a batch takes; whoever dies with one leaves it to the next. */
const LEASE_SECONDS = 60;

export interface RemovalDeps {
  db: Db;
  storage: ObjectStorage;
  log: Log;
}

/**
 * Removes what no file and no open upload owns: objects whose file is deleted or whose writer died, and the parts that
 * were uploaded for them. What fails is due again when its lease ends.
 * @param deadline a time as of Date.now(); what is not begun by then stays for later
 * @returns how many were removed
 */
export async function removeLooseObjects(deps: RemovalDeps, deadline: number): Promise<number> {
  let removed = 0;
  while (Date.now() < deadline) {
    const claimed = await claimLooseObjects(deps.db, { limit: BATCH, leaseSeconds: LEASE_SECONDS });
    for (const object of claimed) {
      if (Date.now() >= deadline) return removed;
      try {
        await removeObject(deps.storage, object);
        await asUser(deps.db, object.user_id, (trx) => settleRemoval(trx, object));
        removed += 1;
      } catch (error) {
        deps.log.warn({ err: error, fileId: object.file_id }, 'an object without an owner could not be deleted');
      }
    }
    if (claimed.length < BATCH) return removed;
  }
  return removed;
}

/** First the uploads in parts: one that was joined meanwhile is an object after that. */
export async function removeObject(
  storage: ObjectStorage,
  { bucket, object_key: key, object_etag: etag, object_modified: modified }: LooseObjectRow,
): Promise<void> {
  for await (const upload of storage.listMultipart(bucket, key)) {
    if (upload.key === key) await storage.abortMultipart(bucket, key, upload.uploadId);
  }
  if (etag === null) {
    await storage.delete(bucket, key);
    return;
  }
  // Newer bytes under the same name, be they the same once more, are for a file of their own.
  const there = await storage.head(bucket, key);
  if (there?.etag === etag && there.lastModified?.getTime() === modified?.getTime()) {
    await storage.delete(bucket, key, { ifMatch: etag });
  }
}
