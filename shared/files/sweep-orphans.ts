import { randomUUID } from 'node:crypto';
import { findOwnerOfFile } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import type { Db } from '#shared/db/database.ts';
import { findOwnedKeys } from '#shared/db/owned-objects-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import type { BucketRole, ObjectStorage } from '#shared/ports/object-storage.ts';
import { ownerOfStorageKey, parseIncomingKey } from './object-keys.ts';
import { sweepTempFolders } from './temp-folder.ts';

/** Objects looked at in one run: a request for a listing, and a question a person. */
const BATCH = 1_000;

export interface OrphanDeps {
  db: Db;
  storage: ObjectStorage;
  log: { warn(details: object, message: string): void };
  /** So long no object is written, and none waits for a row. */
  minAgeSeconds: number;
}

export interface OrphanSweep {
  objects: number;
  uploads: number;
  folders: number;
}

/**
 * Removes what has no row at all: whatever is written has one from before it is there, so this finds what was left by
 * versions that knew no such rows, by a database that was set back, and by writers that stood still past every limit. Of the
 * objects it looks at a thousand a run, from a place chosen by chance on, so that each has its turn.
 */
export async function sweepOrphans(deps: OrphanDeps): Promise<OrphanSweep> {
  return {
    folders: await sweepTempFolders(),
    uploads: (await abortOrphans(deps, 'incoming')) + (await abortOrphans(deps, 'storage')),
    objects: await removeOrphans(deps),
  };
}

function isOld({ minAgeSeconds }: OrphanDeps, since: Date | undefined): boolean {
  return since !== undefined && since.getTime() < Date.now() - minAgeSeconds * 1_000;
}

/** Nothing of ours writes into storage for so long; what may arrive in parts has a row. What is dropped is its sender's. */
async function abortOrphans(deps: OrphanDeps, bucket: BucketRole): Promise<number> {
  let aborted = 0;
  for await (const { key, uploadId, initiated } of deps.storage.listMultipart(bucket, '')) {
    if (!isOld(deps, initiated)) continue;
    if (bucket === 'storage' ? ownerOfStorageKey(key) === undefined : await mayArrive(deps.db, key)) continue;
    await deps.storage.abortMultipart(bucket, key, uploadId);
    aborted += 1;
  }
  return aborted;
}

async function mayArrive(db: Db, objectKey: string): Promise<boolean> {
  const key = parseIncomingKey(objectKey);
  if (key.kind !== 'upload') return true;
  const userId = await findOwnerOfFile(db, key.fileId);
  if (userId === undefined) return false;
  return asPerson(db, userId, async (trx) =>
    (await findOwnedKeys(trx, userId, 'incoming', [objectKey])).has(objectKey),
  );
}

async function removeOrphans(deps: OrphanDeps): Promise<number> {
  const byOwner = new Map<string, string[]>();
  for (const { key, lastModified } of await someObjects(deps.storage)) {
    const owner = ownerOfStorageKey(key);
    if (owner === undefined || !isOld(deps, lastModified)) continue;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), key]);
  }
  let removed = 0;
  for (const [userId, keys] of byOwner) {
    const owned = await asPerson(deps.db, userId, async (trx) =>
      (await findUser(trx, userId)) ? findOwnedKeys(trx, userId, 'storage', keys) : undefined,
    );
    if (!owned) {
      // Another system's, or all that a lost database left: not for a sweep to decide.
      deps.log.warn(
        { userId, objects: keys.length },
        'objects of a person whom this database does not know are left alone',
      );
      continue;
    }
    for (const key of keys.filter((each) => !owned.has(each))) {
      await deps.storage.delete('storage', key);
      removed += 1;
    }
  }
  return removed;
}

async function someObjects(storage: ObjectStorage): Promise<{ key: string; lastModified: Date | undefined }[]> {
  const begin = `files/${randomUUID()}`;
  const found: { key: string; lastModified: Date | undefined }[] = [];
  for await (const object of storage.list('storage', '', { after: begin })) {
    if (found.length >= BATCH) return found;
    found.push(object);
  }
  for await (const object of storage.list('storage', '')) {
    if (found.length >= BATCH || object.key > begin) return found;
    found.push(object);
  }
  return found;
}
