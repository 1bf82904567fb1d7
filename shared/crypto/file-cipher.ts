import { integrityError, TAG_BYTES } from './aead.ts';
import { blocksOf } from './blocks.ts';
import { HEADER_BYTES, SEGMENT_BYTES } from './file-format.ts';
import { createFileKey, type FileContext, type FileKey, openFileKey, rewrapHeader } from './file-key.ts';
import type { Keyring } from './keyring.ts';
import { openSegment, sealSegment } from './segments.ts';

/**
 * The encrypted object for a stream of plaintext: a header, then segments. Holds one segment at a time and reads the
 * source only as fast as it is read. Each call makes its own data key, so the same bytes never give the same object.
 */
export async function* encryptStream(
  keyring: Keyring,
  context: FileContext,
  source: AsyncIterable<Uint8Array>,
  options: { segmentBytes?: number } = {},
): AsyncGenerator<Buffer, void, undefined> {
  const { header, fileKey } = createFileKey(keyring, context, options.segmentBytes ?? SEGMENT_BYTES);
  yield header;
  for await (const { index, parts, isLast } of blocksOf(source, () => fileKey.segmentBytes)) {
    // Not `yield*`, which awaits every piece of a list more than once.
    for (const part of sealSegment(fileKey, { index, isLast }, parts)) yield part;
  }
}

/**
 * The plaintext of a whole encrypted object. A segment's bytes come only after the whole segment was checked, and the
 * stream ends without an error only after the segment that was written as the last.
 * @throws AppError INTEGRITY_ERROR, from the iteration, for every object that is not exactly what was written for this
 *   context; what the source throws is passed on
 */
export async function* decryptStream(
  keyring: Keyring,
  context: FileContext,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer, void, undefined> {
  for await (const { plaintext } of checkedBlocks(keyring, context, source)) {
    for (const part of plaintext) yield part;
  }
}

/**
 * A whole encrypted object with its data key wrapped under the current master key and every segment as it was. Each
 * segment is checked on the way, so that a damaged or cut read never replaces a good object.
 * @throws AppError INTEGRITY_ERROR as {@link decryptStream}: stop writing then
 */
export async function* rewrapStream(
  keyring: Keyring,
  context: FileContext,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const block of checkedBlocks(keyring, context, source)) {
    if (block.header) yield rewrapHeader(keyring, context, block.header);
    else yield* block.sealed;
  }
}

interface CheckedBlock {
  header: Buffer | undefined;
  sealed: readonly Uint8Array[];
  plaintext: readonly Buffer[];
}

async function* checkedBlocks(
  keyring: Keyring,
  context: FileContext,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<CheckedBlock, void, undefined> {
  let fileKey: FileKey | undefined;
  const sizeOf = () => (fileKey ? fileKey.segmentBytes + TAG_BYTES : HEADER_BYTES);
  for await (const { index, parts, isLast } of blocksOf(source, sizeOf)) {
    if (fileKey) {
      const plaintext = openSegment(fileKey, { index: index - 1, isLast }, parts);
      yield { header: undefined, sealed: parts, plaintext };
      continue;
    }
    const header = Buffer.concat(parts);
    fileKey = openFileKey(keyring, context, header);
    if (isLast) throw integrityError('The object ends with its header.');
    yield { header, sealed: parts, plaintext: [] };
  }
}
