import { createHash, randomUUID } from 'node:crypto';
import { type CreateFileBody, type FileView, MULTIPART_THRESHOLD_BYTES, type UploadView } from '#shared/api/files.ts';
import type { Db } from '#shared/db/database.ts';
import {
  type FileWithOriginal,
  findFile,
  findFileByExternalId,
  findOriginal,
  insertFile,
} from '#shared/db/files-repository.ts';
import { awaitBytes } from '#shared/db/pipeline-repository.ts';
import { findUpload, replaceUpload } from '#shared/db/uploads-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { assertReadableName } from '#shared/pipeline/extract/detect-type.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import { viewFile } from './file-view.ts';
import { safeFilename } from './filename.ts';
import { findOwnFile } from './find-own-file.ts';
import { idempotentFileId } from './ids.ts';
import { uploadKey } from './object-keys.ts';

export interface UploadDeps {
  db: Db;
  storage: ObjectStorage;
  maxFileBytes: number;
  uploadTtlSeconds: number;
}

export type StartedUpload = { existing: FileView } | { file: FileView; upload: UploadView };

/**
 * Announces a file: records it and answers the signed addresses its bytes go to. The same bytes (by `sha256`), the same
 * `externalId` and the same Idempotency-Key find the file that is there.
 * @throws AppError INVALID_FILENAME, UNSUPPORTED_TYPE, FILE_TOO_LARGE, IDEMPOTENCY_MISMATCH
 */
export async function startUpload(
  deps: UploadDeps,
  userId: string,
  request: CreateFileBody,
  idempotencyKey?: string,
): Promise<StartedUpload> {
  const filename = safeFilename(request.filename);
  assertReadableName(filename, request.contentType);
  assertSizeAllowed(request.size, deps.maxFileBytes);

  if (request.sha256) {
    const original = await findOriginal(deps.db, userId, request.sha256);
    if (original) return { existing: viewFile(await findOwnFile(deps.db, userId, original.id)) };
  }
  const file = await findOrInsertFile(deps.db, userId, filename, request, idempotencyKey);
  // A repeated request whose bytes have arrived needs no second upload.
  if (idempotencyKey && file.status !== 'UPLOADING') return { existing: viewFile(file) };
  const upload = await openUpload(deps, file, { ...request, filename });
  return { file: viewFile(file), upload };
}

/** @throws AppError FILE_TOO_LARGE */
export function assertSizeAllowed(size: number, maxFileBytes: number): void {
  if (size <= maxFileBytes) return;
  throw new AppError('FILE_TOO_LARGE', {
    detail: `The file has ${size} bytes; at most ${maxFileBytes} are allowed.`,
  });
}

async function findOrInsertFile(
  db: Db,
  userId: string,
  filename: string,
  request: CreateFileBody,
  idempotencyKey: string | undefined,
): Promise<FileWithOriginal> {
  const idempotency_hash = idempotencyKey
    ? createHash('sha256').update(JSON.stringify(request)).digest('base64url')
    : null;
  const id = idempotencyKey ? idempotentFileId(userId, idempotencyKey) : randomUUID();
  const known = request.externalId && (await findFileByExternalId(db, userId, request.source, request.externalId));
  if (known) return findOwnFile(db, userId, known.id);
  await insertFile(db, {
    id,
    user_id: userId,
    filename,
    content_type: request.contentType ?? 'application/octet-stream',
    size: request.size,
    sha256: request.sha256 ?? null,
    source: request.source,
    external_id: request.externalId ?? null,
    idempotency_hash,
    status: 'UPLOADING',
    created_at: new Date(),
  });
  const file =
    (await findFile(db, userId, id)) ??
    (request.externalId ? await findFileByExternalId(db, userId, request.source, request.externalId) : undefined);
  if (!file) throw new AppError('IDEMPOTENCY_MISMATCH', { detail: 'This Idempotency-Key belongs to a deleted file.' });
  if (file.id === id && file.idempotency_hash !== idempotency_hash) throw new AppError('IDEMPOTENCY_MISMATCH');
  return findOwnFile(db, userId, file.id);
}

async function openUpload(
  deps: UploadDeps,
  file: FileWithOriginal,
  wanted: { filename: string; size: number; contentType?: string | undefined; sha256?: string | undefined },
): Promise<UploadView> {
  const key = uploadKey(file.id);
  const contentType = wanted.contentType ?? 'application/octet-stream';
  const expiresAt = new Date(Date.now() + deps.uploadTtlSeconds * 1_000);
  const inParts = wanted.size > MULTIPART_THRESHOLD_BYTES;
  const previous = await findUpload(deps.db, file.id);
  const multipartId = inParts ? await deps.storage.createMultipart(key, contentType) : null;
  await deps.db.transaction().execute(async (trx) => {
    await awaitBytes(trx, file);
    await replaceUpload(trx, {
      file_id: file.id,
      user_id: file.user_id,
      object_key: key,
      filename: wanted.filename,
      content_type: contentType,
      size: wanted.size,
      sha256: wanted.sha256 ?? null,
      multipart_id: multipartId,
      part_size: multipartId ? MULTIPART_THRESHOLD_BYTES : null,
      expires_at: expiresAt,
      created_at: new Date(),
    });
  });
  if (previous?.multipart_id) await deps.storage.abortMultipart(key, previous.multipart_id);
  if (multipartId) {
    return {
      partSize: MULTIPART_THRESHOLD_BYTES,
      parts: await presignParts(deps, key, multipartId, wanted.size),
      expiresAt: expiresAt.toISOString(),
    };
  }
  const put = await deps.storage.presignPut(key, {
    size: wanted.size,
    contentType,
    expiresInSeconds: deps.uploadTtlSeconds,
  });
  return { method: 'PUT', url: put.url, headers: put.headers, expiresAt: expiresAt.toISOString() };
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
      url: await deps.storage.presignPart(key, multipartId, number, length, deps.uploadTtlSeconds),
    });
  }
  return parts;
}
