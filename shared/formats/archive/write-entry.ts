import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Entry, ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';
import { unpackEntry } from './unpack-entry.ts';

/**
 * Writes an entry's plain bytes to a file that is not there yet.
 * @param most bytes
 * @returns how many they are
 * @throws AppError FILE_TOO_LARGE, DAMAGED_FILE, UNSUPPORTED_TYPE
 */
export async function writeEntry(archive: ZipFile, entry: Entry, to: string, most: number): Promise<number> {
  let size = 0;
  await pipeline(
    unpackEntry(archive, entry),
    async function* (pieces) {
      for await (const piece of pieces) {
        size += piece.length;
        if (size > most) throw new AppError('FILE_TOO_LARGE', { detail: `it is larger than ${most} bytes` });
        yield piece;
      }
    },
    createWriteStream(to, { flags: 'wx' }),
  );
  return size;
}
