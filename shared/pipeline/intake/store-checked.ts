import { createHash, randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { claimObjects } from '#shared/db/loose-objects-repository.ts';
import type { FileRow, UploadRow } from '#shared/db/schema.ts';
import { storageKey } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { discardObject } from '#shared/files/discard-object.ts';
import type { FileLimits } from '#shared/files/file-limits.ts';
import { detectType } from '#shared/formats/detect-type.ts';
import type { ObjectInfo, ObjectStorage } from '#shared/ports/object-storage.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import type { AcceptedBytes } from './accept-bytes.ts';

/** Enough for every signature and for a look at the encoding of a text. */
const HEAD_BYTES = 65_536;

/**
 * Streams an incoming object into storage under the file's own id, checked and encrypted on the way.
 * @throws AppError EMPTY_FILE, FILE_TOO_LARGE, SIZE_MISMATCH, TYPE_MISMATCH, UNSUPPORTED_TYPE, CHECKSUM_MISMATCH
 */
export async function storeChecked(
  deps: { db: Db; storage: ObjectStorage; content: ContentStore; limits: { files: FileLimits } },
  arrival: { file: FileRow; upload: UploadRow; key: string; info: ObjectInfo },
  generation: number,
): Promise<AcceptedBytes> {
  const { file, upload, key, info } = arrival;
  assertSize(info.size, upload, deps.limits.files.maxFileBytes);
  const range = { start: 0, end: Math.min(info.size, HEAD_BYTES) - 1 };
  const head = await buffer(await readIncoming(deps.storage, key, info, range));
  const { contentType } = await detectType({
    filename: upload.filename,
    declaredContentType: upload.content_type,
    head,
  });

  const target = storageKey(file.user_id, file.id, generation, randomUUID());
  const hash = createHash('sha256');
  const body = head.length === info.size ? Readable.from([head]) : await readIncoming(deps.storage, key, info);
  const owner = { userId: file.user_id, fileId: file.id, bucket: 'storage' as const };
  await asUser(deps.db, file.user_id, (trx) => claimObjects(trx, owner, [target]));
  await deps.content.write(file, generation, target, hashing(body, hash));
  const sha256 = hash.digest('hex');
  if (upload.sha256 && upload.sha256 !== sha256) {
    await discardObject(deps, file.user_id, target);
    throw new AppError('CHECKSUM_MISMATCH');
  }
  return { key: target, size: info.size, sha256, contentType, filename: upload.filename };
}

function assertSize(size: number, upload: UploadRow, maxFileBytes: number): void {
  if (size === 0) throw new AppError('EMPTY_FILE');
  if (size > maxFileBytes) {
    throw new AppError('FILE_TOO_LARGE', {
      detail: `The file has ${size} bytes; at most ${maxFileBytes} are allowed.`,
    });
  }
  if (size !== upload.size) {
    throw new AppError('SIZE_MISMATCH', {
      detail: `${upload.size} bytes were declared and ${size} were received. Upload the file again.`,
    });
  }
}

async function readIncoming(
  storage: ObjectStorage,
  key: string,
  info: ObjectInfo,
  range?: { start: number; end: number },
): Promise<Readable> {
  const object = await storage.read('incoming', key, { ifMatch: info.etag, ...(range ? { range } : {}) });
  // Another delivery took it in meanwhile, or newer bytes took its place: the event is delivered again and finds out.
  if (!object)
    throw new AppError('DEPENDENCY_UNAVAILABLE', { detail: 'The uploaded object changed while it was being read.' });
  return object.body;
}

async function* hashing(body: Readable, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
}
