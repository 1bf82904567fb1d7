import type { FileView } from '#shared/api/files.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findUpload } from '#shared/db/uploads-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ObjectStorage, UploadedPart } from '#shared/ports/object-storage.ts';
import { viewFile } from './file-view.ts';
import { findOwnFile } from './find-own-file.ts';

/**
 * Joins the parts; the bucket's event then starts intake. Repeating it is harmless.
 * @throws AppError NOT_FOUND, CONFLICT when no upload in parts is open, VALIDATION_ERROR for wrong parts
 */
export async function completeUpload(
  deps: { db: Db; storage: ObjectStorage },
  userId: string,
  fileId: string,
  parts: readonly UploadedPart[],
): Promise<FileView> {
  const { file, upload } = await asUser(deps.db, userId, async (trx) => ({
    file: await findOwnFile(trx, userId, fileId),
    upload: await findUpload(trx, fileId),
  }));
  if (!upload) {
    if (file.content_generation !== null || file.status === 'FAILED') return viewFile(file);
    throw new AppError('CONFLICT', { detail: 'This file has no upload in progress.' });
  }
  if (!upload.multipart_id) {
    throw new AppError('CONFLICT', { detail: 'This upload is a single PUT, so there are no parts to complete.' });
  }
  try {
    await deps.storage.completeMultipart(upload.object_key, upload.multipart_id, parts);
  } catch (error) {
    // Joined by an earlier request, and perhaps taken in since; else the parts are wrong.
    const joinedBefore = await deps.storage.head('incoming', upload.object_key);
    const stillOpen =
      (await asUser(deps.db, userId, (trx) => findUpload(trx, fileId)))?.multipart_id === upload.multipart_id;
    if (!joinedBefore && stillOpen) throw error;
  }
  return viewFile(await asUser(deps.db, userId, (trx) => findOwnFile(trx, userId, fileId)));
}
