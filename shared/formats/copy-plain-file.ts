import { constants, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#shared/errors/app-error.ts';

/**
 * A reader that was taken over could leave a link to what only its parent may read, or a pipe that nobody fills, and
 * exchange one for the other between two looks: the file is opened once, looked at as opened, and copied to where the reader
 * cannot write.
 * @throws AppError DAMAGED_FILE
 */
export async function copyPlainFile(from: string, to: string, size: number): Promise<void> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = await open(from, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP' || error.code === 'ENOENT' || error.code === 'ENXIO') throw notAsSaid();
    throw error;
  });
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink !== 1 || found.size !== size) throw notAsSaid();
    const out = createWriteStream(to, { flags: 'wx', mode: 0o600 });
    // No more than was announced, should it grow meanwhile.
    await pipeline(size === 0 ? Readable.from([]) : file.createReadStream({ end: size - 1, autoClose: false }), out);
    if (out.bytesWritten !== size) throw notAsSaid();
  } finally {
    await file.close();
  }
}

function notAsSaid(): AppError {
  return new AppError('DAMAGED_FILE', { detail: 'The unpacked content does not match what the reader reported.' });
}
