import { randomUUID } from 'node:crypto';
import { asUser } from '#shared/db/as-user.ts';
import { findOwnerOfFile } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { findOwnedKeys, findWrittenKeys } from '#shared/db/owned-objects-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { ownerOfStorageKey, parseIncomingKey, personFilesPrefix } from '#shared/domain/object-keys.ts';
import type { Log } from '#shared/ports/log.ts';
import type { BucketRole, ObjectStorage } from '#shared/ports/object-storage.ts';
import { sweepTempFolders } from '#shared/vault/temp-folder.ts';

/** Files' objects looked at in one run, and archives: a request for a listing each, and a question a person. */
const BATCH = 1_000;
/** Longer than any writer lives, so that what has no row by then will get none. */
const MIN_AGE_SECONDS = 3_600;
/** A key of a file's object ends with the id of the attempt that wrote it. */
const LAST_ID = /[0-9a-f-]{36}$/;

export interface OrphanDeps {
  db: Db;
  storage: ObjectStorage;
  log: Log;
  /** So long no object is written, and none waits for a row; an hour unless told. */
  minAgeSeconds?: number;
  /** Default: a thousand. */
  batch?: number;
}

interface FoundObject {
  key: string;
  lastModified: Date | undefined;
}

export interface OrphanSweep {
  objects: number;
  uploads: number;
  folders: number;
}

/**
 * Removes what has no row at all: whatever is written has one from before it is there, so this finds what was left by
 * versions that knew no such rows, by a database that was set back, and by writers that stood still past every limit. It
 * looks at a thousand objects of files and a thousand archives a run, from places chosen by chance on, so that each has its turn.
 */
export async function sweepOrphans(deps: OrphanDeps): Promise<OrphanSweep> {
  return {
    folders: await sweepTempFolders(),
    uploads: (await abortOrphans(deps, 'incoming')) + (await abortOrphans(deps, 'storage')),
    objects: await removeOrphans(deps),
  };
}

function isOld({ minAgeSeconds = MIN_AGE_SECONDS }: OrphanDeps, since: Date | undefined): boolean {
  return since !== undefined && since.getTime() < Date.now() - minAgeSeconds * 1_000;
}

/** What a file's or an archive's writer writes, and what may arrive in parts, has a row. What is dropped is its sender's. */
async function abortOrphans(deps: OrphanDeps, bucket: BucketRole): Promise<number> {
  let aborted = 0;
  for await (const { key, uploadId, initiated } of deps.storage.listMultipart(bucket, '')) {
    if (!isOld(deps, initiated)) continue;
    if (await (bucket === 'storage' ? mayBeWritten(deps.db, key) : mayArrive(deps.db, key))) continue;
    await deps.storage.abortMultipart(bucket, key, uploadId);
    aborted += 1;
  }
  return aborted;
}

async function mayBeWritten(db: Db, key: string): Promise<boolean> {
  const userId = ownerOfStorageKey(key);
  if (userId === undefined) return true;
  return asUser(db, userId, async (trx) => (await findWrittenKeys(trx, userId, [key])).has(key));
}

async function mayArrive(db: Db, objectKey: string): Promise<boolean> {
  const key = parseIncomingKey(objectKey);
  if (key.kind !== 'upload') return true;
  const userId = await findOwnerOfFile(db, key.fileId);
  if (userId === undefined) return false;
  return asUser(db, userId, async (trx) => (await findOwnedKeys(trx, userId, 'incoming', [objectKey])).has(objectKey));
}

async function removeOrphans(deps: OrphanDeps): Promise<number> {
  const byOwner = new Map<string, string[]>();
  for (const { key, lastModified } of await someObjects(deps)) {
    const owner = ownerOfStorageKey(key);
    if (owner === undefined || !isOld(deps, lastModified)) continue;
    byOwner.set(owner, [...(byOwner.get(owner) ?? []), key]);
  }
  let removed = 0;
  for (const [userId, keys] of byOwner) {
    const owned = await asUser(deps.db, userId, async (trx) =>
      (await findUser(trx, userId)) ? findOwnedKeys(trx, userId, 'storage', keys) : undefined,
    );
    if (!owned) {
      // Another system's, or all that a lost database left: not for a sweep to decide.
      deps.log.warn({ userId, objects: keys.length }, 'objects of a user who is not in this database were not deleted');
      continue;
    }
    for (const key of keys.filter((each) => !owned.has(each))) {
      await deps.storage.delete('storage', key);
      removed += 1;
    }
  }
  return removed;
}

async function someObjects({ storage, batch = BATCH }: OrphanDeps): Promise<FoundObject[]> {
  // A person has an archive or two, so that a place among people is one among archives.
  const archives = await listRound(storage, 'exports/', `exports/${randomUUID()}`, batch);
  return [...archives, ...(await listRound(storage, 'files/', await placeAmongFiles(storage), batch))];
}

/**
 * A place among people alone would always be before somebody's first object, and whatever they have beyond a batch would
 * never be seen: so it is chosen among a person's files as well, and among a file's objects.
 */
async function placeAmongFiles(storage: ObjectStorage): Promise<string> {
  const start = `files/${randomUUID()}`;
  const [somebodys] = await listRound(storage, 'files/', start, 1);
  const owner = somebodys && ownerOfStorageKey(somebodys.key);
  if (!owner) return start;
  const own = personFilesPrefix(owner);
  const [ofFile] = await listRound(storage, own, `${own}${randomUUID()}`, 1);
  return ofFile ? ofFile.key.replace(LAST_ID, randomUUID()) : start;
}

/** At most `limit` objects under `prefix`: from the one behind `begin` to the last, then from the first on. */
async function listRound(storage: ObjectStorage, prefix: string, begin: string, limit: number): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  for await (const object of storage.list('storage', prefix, { after: begin })) {
    found.push(object);
    if (found.length >= limit) return found;
  }
  for await (const object of storage.list('storage', prefix)) {
    if (object.key > begin) return found;
    found.push(object);
    if (found.length >= limit) return found;
  }
  return found;
}
