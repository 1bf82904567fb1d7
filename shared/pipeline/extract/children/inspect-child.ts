import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { detectType } from '#shared/formats/detect-type.ts';
import type { ChildPlace } from './child-place.ts';

/** As intake looks at the bytes of an upload. */
const HEAD_BYTES = 65_536;

/**
 * What the unpacked bytes of a child are, by the rules of any upload.
 * @throws AppError EMPTY_FILE, TYPE_MISMATCH, UNSUPPORTED_TYPE
 */
export async function inspectChild(
  child: ChildPlace,
  path: string,
  size: number,
): Promise<{ contentType: string; sha256: string }> {
  if (size === 0) throw new AppError('EMPTY_FILE');
  const { filename, declaredContentType } = child;
  const { contentType } = await detectType({ filename, declaredContentType, head: await readHead(path) });
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return { contentType, sha256: hash.digest('hex') };
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
