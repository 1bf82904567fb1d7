import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';
import type { Unpacking } from '../child-file.ts';
import { type Archive, openArchive } from './open-archive.ts';
import { unpackEntry } from './unpack-entry.ts';
import { writeEntry } from './write-entry.ts';

/**
 * Unpacks everything once and keeps nothing, archives in archives included as far as they will be unpacked, so that a
 * bomb is known before its first file is stored.
 * @throws AppError ARCHIVE_LIMIT
 */
export async function countUnpacked(archive: Archive, entries: readonly Entry[], unpacking: Unpacking): Promise<void> {
  await countEntries(archive, entries, unpacking, { files: 0, bytes: 0 });
}

async function countEntries(
  archive: Archive,
  entries: readonly Entry[],
  unpacking: Unpacking,
  total: { files: number; bytes: number },
): Promise<void> {
  for (const entry of entries) {
    total.files += 1;
    if (total.files > unpacking.files) throw tooMuch(`contains more than ${unpacking.files} files`);
    try {
      for await (const piece of unpackEntry(archive.archive, entry)) {
        total.bytes += piece.length;
        if (total.bytes > unpacking.bytes)
          throw tooMuch(`is larger than ${unpacking.bytes / 2 ** 20} MiB when unpacked`);
      }
      if (unpacking.levels > 0 && /\.zip$/i.test(archive.names.get(entry) ?? ''))
        await countInner(archive, entry, unpacking, total);
    } catch (error) {
      // One damaged file says so when its turn comes.
      if (!(error instanceof AppError) || error.code === 'ARCHIVE_LIMIT') throw error;
    }
  }
}

async function countInner(
  archive: Archive,
  entry: Entry,
  unpacking: Unpacking,
  total: { files: number; bytes: number },
): Promise<void> {
  const path = join(unpacking.folder, randomUUID());
  try {
    await writeEntry(archive.archive, entry, path, unpacking.fileBytes);
    const inner = await openArchive(path);
    try {
      await countEntries(inner, inner.files, { ...unpacking, levels: unpacking.levels - 1 }, total);
    } finally {
      inner.archive.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}

function tooMuch(what: string): AppError {
  return new AppError('ARCHIVE_LIMIT', { detail: `The archive ${what}, including nested files.` });
}
