import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FileRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ContentStore } from '#shared/vault/content-store.ts';
import { withTempFolder } from '#shared/vault/temp-folder.ts';

/** Runs `use` with the path of a temporary copy of the file's stored bytes, which is removed afterwards. */
export async function withLocalCopy<T>(
  content: Pick<ContentStore, 'read'>,
  file: FileRow,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const bytes = await content.read(file).catch(throwTranslated);
  if (!bytes) throw new AppError('PROCESSING_FAILED', { detail: 'The stored content of the file is missing.' });
  return withTempFolder(file.user_id, async (folder) => {
    const path = join(folder, 'document');
    await pipeline(bytes, createWriteStream(path)).catch(throwTranslated);
    return use(path);
  });
}

const BROKEN_CODES = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR']);

/** The body is a stream of its own: what breaks it off comes as a raw error of Node, not through the storage. */
function throwTranslated(error: unknown): never {
  if (!isBroken(error)) throw error;
  throw new AppError('DEPENDENCY_UNAVAILABLE', {
    detail: 'The object storage closed the connection early. Try again shortly.',
    retryAfterSeconds: 5,
    cause: error,
  });
}

function isBroken(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof AppError) return false;
  const code = 'code' in error ? String(error.code) : '';
  return BROKEN_CODES.has(code) || error.message === 'aborted' || error.name === 'TimeoutError';
}
