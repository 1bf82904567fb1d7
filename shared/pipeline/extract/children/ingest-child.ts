import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { asUser } from '#shared/db/as-user.ts';
import { countTree, findChild, markTaken } from '#shared/db/children-repository.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import { insertFile, lockFile, lockFilesOf } from '#shared/db/files-repository.ts';
import { claimObjects } from '#shared/db/loose-objects-repository.ts';
import { type StageClaim, updateClaimed } from '#shared/db/pipeline-repository.ts';
import type { FileRow, UploadRow } from '#shared/db/schema.ts';
import { findUpload, replaceUpload } from '#shared/db/uploads-repository.ts';
import { storageKey } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { discardObject } from '#shared/files/discard-object.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import { assertRoomFor } from '#shared/files/quota.ts';
import type { ChildLimits } from '#shared/formats/with-children.ts';
import { acceptBytes } from '#shared/pipeline/intake/accept-bytes.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import type { ChildPlace } from './child-place.ts';
import { inspectChild } from './inspect-child.ts';

/** Long enough for storing one file; should its parent never come back, the sweep ends the upload. */
const UPLOAD_SECONDS = 3_600;

/** Of the whole tree below one file that a person stored. */
export interface ArchiveLimits extends Omit<ChildLimits, 'fileBytes'> {
  /** How often files may lie in files; a file that a person stored is at 0. */
  maxDepth: number;
}

export interface ChildDeps {
  db: Db;
  queue: Queue;
  content: ContentStore;
  /** `files` are the person's: what comes out of a file counts like what they stored. */
  limits: { archives: ArchiveLimits; files: FileLimits };
}

interface Unpacked {
  path: string;
  size: number;
  contentType: string;
  sha256: string;
}

/**
 * Makes unpacked bytes a file of its own, by the way every upload goes: an open upload, an object of its own, acceptance.
 * Bytes that the child has already change nothing. Each transaction holds only while the parent's claim does.
 * @returns false when the parent's claim is lost
 * @throws AppError EMPTY_FILE, TYPE_MISMATCH, UNSUPPORTED_TYPE, QUOTA_EXCEEDED: this child cannot be taken in
 * @throws AppError ARCHIVE_LIMIT: the tree is full
 */
export async function ingestChild(
  deps: ChildDeps,
  parent: FileRow,
  claim: StageClaim,
  child: ChildPlace,
  unpacked: { path: string; size: number },
): Promise<boolean> {
  const found: Unpacked = { ...unpacked, ...(await inspectChild(child, unpacked.path, unpacked.size)) };
  const before = await asUser(deps.db, parent.user_id, (trx) => findChild(trx, parent.user_id, child.id));
  if (before?.deleted_at) {
    throw new AppError('DEPENDENCY_UNAVAILABLE', { detail: 'An earlier file with this name is still being deleted.' });
  }
  if (before && isUnchanged(before, found)) return confirm(deps, parent, claim, child.id);
  const opened = await asUser(deps.db, parent.user_id, (trx) => announce(trx, deps, parent, claim, child, found));
  if (!opened) return false;
  const { file, upload } = opened;
  const generation = file.generation + 1;
  const key = storageKey(file.user_id, file.id, generation, randomUUID());
  const owner = { userId: file.user_id, fileId: file.id, bucket: 'storage' as const };
  await asUser(deps.db, file.user_id, (trx) => claimObjects(trx, owner, [key]));
  await deps.content.write(file, generation, key, createReadStream(found.path));
  const { size, sha256, contentType } = found;
  const bytes = { key, size, sha256, contentType, filename: child.filename };
  const accepted = await acceptBytes(deps.db, file, upload, generation, bytes, {
    mayAccept: (trx) => markIfOurs(trx, claim, parent.user_id, child.id),
  }).catch(async (error: unknown) => {
    if (error instanceof AppError) await discardObject(deps, file.user_id, key);
    throw error;
  });
  if (!accepted.taken) await discardObject(deps, file.user_id, key);
  for (const message of accepted.messages) await deps.queue.send('extract', message);
  return accepted.taken ? true : confirm(deps, parent, claim, child.id);
}

/** A child that failed is tried again with its parent. */
function isUnchanged(child: FileRow, { sha256 }: Unpacked): boolean {
  return child.content_generation !== null && child.sha256 === sha256 && child.status !== 'FAILED';
}

function confirm({ db }: ChildDeps, parent: FileRow, claim: StageClaim, childId: string): Promise<boolean> {
  return asUser(db, parent.user_id, (trx) => markIfOurs(trx, claim, parent.user_id, childId));
}

async function markIfOurs(trx: Trx, claim: StageClaim, userId: string, childId: string): Promise<boolean> {
  await lockFilesOf(trx, userId);
  if (!(await updateClaimed(trx, claim, {}))) return false;
  await markTaken(trx, { id: childId, userId }, claim.generation);
  return true;
}

/** @returns undefined when the parent's claim is lost */
async function announce(
  trx: Trx,
  { limits }: ChildDeps,
  parent: FileRow,
  claim: StageClaim,
  child: ChildPlace,
  { size, contentType }: Unpacked,
): Promise<{ file: FileRow; upload: UploadRow } | undefined> {
  const userId = parent.user_id;
  await lockFilesOf(trx, userId);
  const tree = await countTree(trx, {
    userId,
    rootId: child.rootId,
    exceptId: child.id,
    parentId: parent.id,
    parentGeneration: claim.generation,
  });
  assertRoomInTree(tree, size, limits.archives);
  await assertRoomFor(trx, limits.files.quota, { userId, fileId: child.id, size });
  // After what an upload of new bytes for the parent takes first.
  if (!(await updateClaimed(trx, claim, {}))) return undefined;
  await insertFile(trx, {
    id: child.id,
    user_id: userId,
    filename: child.filename,
    content_type: contentType,
    size,
    source: parent.source,
    status: 'UPLOADING',
    parent_id: parent.id,
    path_in_parent: child.path,
    root_id: child.rootId,
    depth: child.depth,
  });
  await replaceUpload(trx, {
    file_id: child.id,
    user_id: userId,
    // Nothing ever arrives there: what tells an interrupted child from one whose bytes wait for intake.
    object_key: `children/${child.id}`,
    filename: child.filename,
    content_type: contentType,
    size,
    expires_at: new Date(Date.now() + UPLOAD_SECONDS * 1_000),
    created_at: new Date(),
  });
  const [file, upload] = [await lockFile(trx, userId, child.id), await findUpload(trx, child.id)];
  return file && upload ? { file, upload } : undefined;
}

function assertRoomInTree(tree: { files: number; bytes: number }, size: number, limits: ArchiveLimits): void {
  if (tree.files >= limits.files) {
    throw new AppError('ARCHIVE_LIMIT', {
      detail: `The file contains more than ${limits.files} files, including nested ones.`,
    });
  }
  if (tree.bytes + size > limits.bytes) {
    throw new AppError('ARCHIVE_LIMIT', {
      detail: `The file is larger than ${limits.bytes / 2 ** 20} MiB when unpacked, including nested files.`,
    });
  }
}
