import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { attachFile, settleItem } from '#shared/db/drive-items-repository.ts';
import { findFileByExternalId, insertFile } from '#shared/db/files-repository.ts';
import { awaitBytes } from '#shared/db/generations-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { replaceUpload } from '#shared/db/uploads-repository.ts';
import { uploadKey } from '#shared/domain/object-keys.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { assertRoomFor } from '#shared/files/quota.ts';
import { assertSizeAllowed } from '#shared/files/start-upload.ts';
import { assertReadableName } from '#shared/formats/detect-type.ts';
import { exportFormat } from '#shared/ports/drive.ts';
import { withTempFolder } from '#shared/vault/temp-folder.ts';
import { driveFilename } from './drive-filename.ts';
import { commit, type SyncRun } from './sync-run.ts';

/** Forms, drawings, maps and whatever comes next. */
const GOOGLE_TYPES = 'application/vnd.google-apps.';

/** Where an item's bytes come from. */
export interface Source {
  id: string;
  mimeType: string;
  fingerprint: string;
  size: number | undefined;
  md5: string | undefined;
}

/**
 * Brings the item's bytes into the incoming bucket, from where they go the way of every upload. A crash on the way brings
 * them again; the file is the same one, known by the item's id, and intake sees that its bytes are.
 * @throws AppError FILE_TOO_LARGE, QUOTA_EXCEEDED, EMPTY_FILE, UNSUPPORTED_TYPE, DRIVE_FILE_UNREADABLE; DRIVE_UNAVAILABLE when they did not come whole
 */
export async function fetchItem(run: SyncRun, item: DriveItemRow, source: Source): Promise<void> {
  const filename = driveFilename(item.name, source.mimeType);
  const contentType = exportFormat(source.mimeType)?.contentType ?? source.mimeType;
  if (contentType.startsWith(GOOGLE_TYPES)) {
    const detail = 'Google does not allow this kind of document to be downloaded. Docs, Sheets and Slides can be read.';
    throw new AppError('UNSUPPORTED_TYPE', { detail });
  }
  assertReadableName(filename, contentType);
  if (source.size !== undefined) assertSizeAllowed(source.size, run.deps.limits.files.maxFileBytes);
  await withTempFolder(run.claim.userId, async (folder) => {
    const path = join(folder, 'content');
    const size = await download(run, source, path);
    const { fileId, key } = await openUpload(run, item, { filename, contentType, size });
    await run.deps.storage.write('incoming', key, createReadStream(path), contentType);
    await commit(run, {}, (trx) => settleItem(trx, item, { fileId, fingerprint: source.fingerprint, name: item.name }));
  });
}

/** @returns the size in bytes */
async function download(run: SyncRun, source: Source, path: string): Promise<number> {
  const md5 = createHash('md5');
  let size = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of await run.drive.read(source)) {
      const bytes = Buffer.from(chunk as Uint8Array);
      size += bytes.length;
      // Exports tell their size only by ending.
      assertSizeAllowed(size, run.deps.limits.files.maxFileBytes);
      md5.update(bytes);
      await file.writeFile(bytes);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // What the client throws may carry the request, and with it a token.
    const told = new Error(cause instanceof Error ? cause.message : String(cause));
    throw new AppError('DRIVE_UNAVAILABLE', { detail: 'The connection to Google Drive was lost.', cause: told });
  } finally {
    await file.close();
  }
  if (source.md5 !== undefined && md5.digest('hex') !== source.md5) {
    throw new AppError('DRIVE_UNAVAILABLE', { detail: 'The content from Google Drive does not match its checksum.' });
  }
  if (size === 0) throw new AppError('EMPTY_FILE');
  return size;
}

async function openUpload(
  run: SyncRun,
  item: DriveItemRow,
  content: { filename: string; contentType: string; size: number },
): Promise<{ fileId: string; key: string }> {
  const { userId } = run.claim;
  let fileId: string = randomUUID();
  let key = '';
  await commit(run, {}, async (trx) => {
    const known = await findFileByExternalId(trx, userId, 'drive', item.item_id);
    fileId = known?.id ?? fileId;
    await assertRoomFor(trx, run.deps.limits.files.quota, { userId, fileId, size: content.size });
    if (known) {
      await awaitBytes(trx, known, null);
    } else {
      const named = { id: fileId, user_id: userId, external_id: item.item_id, source: 'drive' as const };
      await insertFile(trx, {
        ...named,
        filename: content.filename,
        content_type: content.contentType,
        size: content.size,
        status: 'UPLOADING',
        created_at: new Date(),
      });
    }
    await attachFile(trx, item, fileId);
    key = uploadKey(fileId, randomUUID());
    await replaceUpload(trx, {
      file_id: fileId,
      user_id: userId,
      object_key: key,
      filename: content.filename,
      content_type: content.contentType,
      size: content.size,
      multipart_id: null,
      part_size: null,
      sha256: null,
      expires_at: new Date(Date.now() + run.deps.limits.files.uploadTtlSeconds * 1_000),
      created_at: new Date(),
    });
  });
  return { fileId, key };
}
