import { randomUUID } from 'node:crypto';
import type { FileView } from '#shared/api/files.ts';
import { FORM_FILE_LIMIT_BYTES } from '#shared/api/uploads.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertFile } from '#shared/db/files-repository.ts';
import { replaceUpload } from '#shared/db/uploads-repository.ts';
import { safeFilename } from '#shared/domain/filename.ts';
import { uploadKey } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { detectType } from '#shared/formats/detect-type.ts';
import { viewFile } from './file-view.ts';
import { findOwnFile } from './find-own-file.ts';
import { assertRoomFor } from './quota.ts';
import { assertSizeAllowed, type UploadDeps } from './start-upload.ts';

/**
 * Takes a small file whole. What its bytes show is answered at once; from there it goes the way of every upload.
 * @throws AppError EMPTY_FILE, FILE_TOO_LARGE, INVALID_FILENAME, QUOTA_EXCEEDED, TYPE_MISMATCH, UNSUPPORTED_TYPE
 */
export async function storeFormFile(
  deps: UploadDeps,
  userId: string,
  form: { filename: string; contentType: string | undefined; bytes: Uint8Array },
): Promise<FileView> {
  const filename = safeFilename(form.filename);
  const size = form.bytes.byteLength;
  if (size === 0) throw new AppError('EMPTY_FILE');
  assertSizeAllowed(size, Math.min(deps.limits.files.maxFileBytes, FORM_FILE_LIMIT_BYTES));
  const { contentType } = await detectType({
    filename,
    ...(form.contentType ? { declaredContentType: form.contentType } : {}),
    head: form.bytes.subarray(0, 65_536),
  });

  const id = randomUUID();
  const created_at = new Date();
  await asUser(deps.db, userId, async (trx) => {
    await assertRoomFor(trx, deps.limits.files.quota, { userId, fileId: id, size });
    await insertFile(trx, {
      id,
      user_id: userId,
      filename,
      content_type: contentType,
      size,
      sha256: null,
      source: 'api',
      external_id: null,
      status: 'UPLOADING',
      created_at,
    });
    await replaceUpload(trx, {
      file_id: id,
      user_id: userId,
      object_key: uploadKey(id),
      filename,
      content_type: contentType,
      size,
      expires_at: new Date(created_at.getTime() + deps.limits.files.uploadTtlSeconds * 1_000),
      created_at,
    });
  });
  await deps.storage.write('incoming', uploadKey(id), form.bytes, contentType);
  return viewFile(await asUser(deps.db, userId, (trx) => findOwnFile(trx, userId, id)));
}
