import { crc32 } from 'node:zlib';
import type { Entry, ZipFile } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';

/**
 * The plain bytes of an entry, piece by piece, compared with the length and the checksum it declares.
 * @throws AppError DAMAGED_FILE, UNSUPPORTED_TYPE
 */
export async function* unpackEntry(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  if (!entry.canDecodeFileData()) {
    throw new AppError('UNSUPPORTED_TYPE', { detail: 'its compression method is not supported' });
  }
  let sum = 0;
  try {
    for await (const piece of await zip.openReadStreamPromise(entry)) {
      sum = crc32(piece as Buffer, sum);
      yield piece as Buffer;
    }
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) throw error;
    throw damaged(error);
  }
  if (sum !== entry.crc32) throw damaged(new Error('its checksum does not match'));
}

function damaged(cause: unknown): AppError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('DAMAGED_FILE', { detail: `it is damaged (${reason})`, cause });
}
