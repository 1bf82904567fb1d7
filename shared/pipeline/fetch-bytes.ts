import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';

/** Runs `use` with the path of a temporary copy of the file's stored bytes, which is removed afterwards. */
export async function withLocalCopy<T>(
  storage: ObjectStorage,
  file: FileRow,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (file.content_key === null) throw new Error(`No bytes are stored for file ${file.id}`);
  const object = await storage.read('storage', file.content_key);
  if (!object) throw new AppError('PROCESSING_FAILED', { detail: 'The stored bytes of the file are missing.' });
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-'));
  try {
    const path = join(folder, 'document');
    await pipeline(object.body, createWriteStream(path));
    return await use(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
