import { createHash, randomUUID } from 'node:crypto';
import type { FileView } from '#shared/api/files.ts';
import { type CreateFileBody, MULTIPART_THRESHOLD_BYTES, type UploadView } from '#shared/api/uploads.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db, Trx } from '#shared/db/database.ts';
import {
  type FileWithOriginal,
  findFile,
  findFileByExternalId,
  findOriginal,
  insertFile,
} from '#shared/db/files-repository.ts';
import { awaitBytes } from '#shared/db/generations-repository.ts';
import { claimObjects, forgetClaim, freeRoom, keepObjects } from '#shared/db/loose-objects-repository.ts';
import type { NewFileRow, UploadRow } from '#shared/db/schema.ts';
import { findUpload, replaceUpload } from '#shared/db/uploads-repository.ts';
import { safeFilename } from '#shared/domain/filename.ts';
import { idempotentFileId } from '#shared/domain/ids.ts';
import { uploadKey } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { assertReadableName } from '#shared/formats/detect-type.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { FileLimits } from './file-limits.ts';
import { viewFile } from './file-view.ts';
import { assertRoomFor } from './quota.ts';
import { showFile } from './show-file.ts';

export interface UploadDeps {
  db: Db;
  storage: ObjectStorage;
  limits: { files: FileLimits };
}

export type StartedUpload = { existing: FileView } | { file: FileView; upload: UploadView };

/**
 * Announces a file: records it and answers the signed addresses its bytes go to. The same bytes (by `sha256`), the same
 * `externalId` and the same Idempotency-Key find the file that is there.
 * @throws AppError INVALID_FILENAME, UNSUPPORTED_TYPE, FILE_TOO_LARGE, QUOTA_EXCEEDED, IDEMPOTENCY_MISMATCH
 */
export async function startUpload(
  deps: UploadDeps,
  userId: string,
  request: CreateFileBody,
  idempotencyKey?: string,
): Promise<StartedUpload> {
  const filename = safeFilename(request.filename);
  assertReadableName(filename, request.contentType);
  assertSizeAllowed(request.size, deps.limits.files.maxFileBytes);

  const announced: Announcement = {
    userId,
    request: { ...request, filename },
    id: idempotencyKey ? idempotentFileId(userId, idempotencyKey) : randomUUID(),
    idempotencyHash: idempotencyKey ? hashOf(idempotencyKey, request) : null,
  };
  // The second look finds the row of a request that ran beside this one.
  const started = (await announce(deps, announced)) ?? (await announce(deps, announced));
  if (!started)
    throw new AppError('IDEMPOTENCY_MISMATCH', {
      detail: 'This Idempotency-Key was used for a file that has been deleted. Use a new key.',
    });
  return started;
}

interface Announcement {
  userId: string;
  request: CreateFileBody;
  /** Of the file, if it is new. */
  id: string;
  idempotencyHash: string | null;
}

function hashOf(idempotencyKey: string, request: CreateFileBody): string {
  return createHash('sha256')
    .update(JSON.stringify([idempotencyKey, request]))
    .digest('base64url');
}

/** @returns undefined when another request inserted the file at the same moment */
async function announce(deps: UploadDeps, announced: Announcement): Promise<StartedUpload | undefined> {
  const { userId, request, idempotencyHash } = announced;
  const { known, original } = await asUser(deps.db, userId, async (trx) => ({
    known: await findKnown(trx, announced),
    original: request.sha256 ? await findOriginal(trx, userId, request.sha256) : undefined,
  }));
  if (known && idempotencyHash !== null && known.id === announced.id && known.idempotency_hash !== idempotencyHash) {
    throw new AppError('IDEMPOTENCY_MISMATCH');
  }
  // A repeated request whose bytes have arrived needs no second upload.
  const repeated = known && idempotencyHash !== null && known.idempotency_hash === idempotencyHash;
  if (repeated && known.status !== 'UPLOADING') return { existing: viewFile(known) };

  // What a source calls by its own name is tied to that name: it is uploaded, and intake sees that it is a duplicate.
  if (original && (request.externalId === undefined || original.id === known?.id)) {
    return { existing: await showFile(deps, userId, original.id) };
  }
  const upload = await openUpload(deps, announced, known);
  return upload && { file: await showFile(deps, userId, known?.id ?? announced.id), upload };
}

async function findKnown(db: Trx, { userId, request, id, idempotencyHash }: Announcement) {
  const named = request.externalId
    ? await findFileByExternalId(db, userId, request.source, request.externalId)
    : undefined;
  if (named) return findFile(db, userId, named.id);
  return idempotencyHash === null ? undefined : findFile(db, userId, id);
}

/** @throws AppError FILE_TOO_LARGE */
export function assertSizeAllowed(size: number, maxFileBytes: number): void {
  if (size <= maxFileBytes) return;
  throw new AppError('FILE_TOO_LARGE', {
    detail: `The file has ${size} bytes; at most ${maxFileBytes} are allowed.`,
  });
}

/** Opens the upload and records the file, together. @returns undefined when another request inserted the file just now */
async function openUpload(
  deps: UploadDeps,
  announced: Announcement,
  known: FileWithOriginal | undefined,
): Promise<UploadView | undefined> {
  const { request, userId } = announced;
  const id = known?.id ?? announced.id;
  const previous = known && (await asUser(deps.db, userId, (trx) => findUpload(trx, id)));
  // Never a key that was there before: what is under way to that, or is to be removed there, is not for this upload. The id
  // that an Idempotency-Key makes may have been another file's, deleted since.
  const isNewId = !known && announced.idempotencyHash === null;
  const key = uploadKey(id, isNewId ? undefined : randomUUID());
  const contentType = request.contentType ?? 'application/octet-stream';
  const expiresAt = new Date(Date.now() + deps.limits.files.uploadTtlSeconds * 1_000);
  const wanted = { userId, fileId: id, size: request.size };
  const multipartId =
    request.size > MULTIPART_THRESHOLD_BYTES ? await openMultipart(deps, wanted, key, contentType) : null;
  const record = (trx: Trx) =>
    recordUpload(trx, deps, announced, known, {
      file_id: id,
      user_id: userId,
      object_key: key,
      filename: request.filename,
      content_type: contentType,
      size: request.size,
      sha256: request.sha256 ?? null,
      multipart_id: multipartId,
      part_size: multipartId ? MULTIPART_THRESHOLD_BYTES : null,
      expires_at: expiresAt,
      created_at: new Date(),
    });
  let recorded = false;
  try {
    recorded = await asUser(deps.db, userId, record);
  } finally {
    if (multipartId && !recorded) await discardMultipart(deps, userId, key, multipartId);
  }
  if (!recorded) return undefined;
  // At once, for its parts take up room until they are gone; the sweep does it, too.
  if (previous) await removeUpload(deps, previous);
  return signUpload(deps, { key, contentType, size: request.size, multipartId, expiresAt });
}

/** @returns false when another request inserted the file just now; nothing is written then */
async function recordUpload(
  trx: Trx,
  deps: UploadDeps,
  announced: Announcement,
  known: FileWithOriginal | undefined,
  upload: Parameters<typeof replaceUpload>[1],
): Promise<boolean> {
  const { file_id: fileId, user_id: userId, object_key: key, size } = upload;
  await assertRoomFor(trx, deps.limits.files.quota, { userId, fileId, size });
  if (known) await awaitBytes(trx, known, announced.idempotencyHash);
  else if (!(await insertFile(trx, newFile(announced, upload.content_type)))) return false;
  // Only with the row that takes its place: the claim is what finds an upload in parts that nobody recorded.
  if (upload.multipart_id && !(await keepObjects(trx, 'incoming', [key]))) throw new AppError('DEPENDENCY_UNAVAILABLE');
  await replaceUpload(trx, upload);
  return true;
}

/**
 * It has a row before it is there: should nobody record it, it is found by its key and aborted.
 * @throws AppError QUOTA_EXCEEDED before anything is opened
 */
async function openMultipart(
  deps: UploadDeps,
  wanted: { userId: string; fileId: string; size: number },
  key: string,
  contentType: string,
): Promise<string> {
  const { userId, fileId } = wanted;
  await asUser(deps.db, userId, async (trx) => {
    await assertRoomFor(trx, deps.limits.files.quota, wanted);
    await claimObjects(trx, { userId, fileId, bucket: 'incoming' }, [key]);
  });
  return deps.storage.createMultipart(key, contentType);
}

/** Nobody was told of it. Should this fail or be killed, its claim has it aborted in an hour. */
async function discardMultipart(deps: UploadDeps, userId: string, key: string, multipartId: string): Promise<void> {
  await deps.storage.abortMultipart('incoming', key, multipartId);
  await asUser(deps.db, userId, (trx) => forgetClaim(trx, 'incoming', key));
}

async function removeUpload(deps: UploadDeps, { user_id, object_key, multipart_id }: UploadRow): Promise<void> {
  if (!multipart_id) return;
  await deps.storage.abortMultipart('incoming', object_key, multipart_id);
  await asUser(deps.db, user_id, (trx) => freeRoom(trx, 'incoming', object_key));
}

function newFile({ id, userId, request, idempotencyHash }: Announcement, contentType: string): NewFileRow {
  return {
    id,
    user_id: userId,
    filename: request.filename,
    content_type: contentType,
    size: request.size,
    sha256: request.sha256 ?? null,
    source: request.source,
    external_id: request.externalId ?? null,
    idempotency_hash: idempotencyHash,
    status: 'UPLOADING',
    created_at: new Date(),
  };
}

async function signUpload(
  deps: UploadDeps,
  upload: { key: string; contentType: string; size: number; multipartId: string | null; expiresAt: Date },
): Promise<UploadView> {
  const { key, contentType, size, multipartId } = upload;
  const expiresAt = upload.expiresAt.toISOString();
  if (multipartId) {
    const parts = await presignParts(deps, key, multipartId, size);
    return { partSize: MULTIPART_THRESHOLD_BYTES, parts, expiresAt };
  }
  const put = await deps.storage.presignPut(key, {
    size,
    contentType,
    expiresInSeconds: deps.limits.files.uploadTtlSeconds,
  });
  return { method: 'PUT', url: put.url, headers: put.headers, expiresAt };
}

async function presignParts(
  deps: UploadDeps,
  key: string,
  multipartId: string,
  size: number,
): Promise<{ number: number; url: string }[]> {
  const parts: { number: number; url: string }[] = [];
  for (let start = 0; start < size; start += MULTIPART_THRESHOLD_BYTES) {
    const number = parts.length + 1;
    const length = Math.min(MULTIPART_THRESHOLD_BYTES, size - start);
    parts.push({
      number,
      url: await deps.storage.presignPart(key, multipartId, number, length, deps.limits.files.uploadTtlSeconds),
    });
  }
  return parts;
}
