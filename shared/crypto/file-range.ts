import { integrityError, TAG_BYTES } from './aead.ts';
import { blocksOf } from './blocks.ts';
import { HEADER_BYTES } from './file-format.ts';
import { type FileContext, type FileKey, openFileKey } from './file-key.ts';
import { type ByteSpan, planRange, type RangePlan, segmentSpan } from './file-layout.ts';
import type { Keyring } from './keyring.ts';
import { openSegment } from './segments.ts';

/**
 * Reads bytes `start` to `end`, both included, of the encrypted object. Where the object ends before, it gives what there
 * is, and nothing when `start` lies past the object's end.
 */
export type ReadObject = (start: number, end: number) => Promise<AsyncIterable<Uint8Array>>;

export interface RangeRequest {
  /** Of the whole file, from the database: it is what the object is held to. */
  plainSize: number;
  /** Bytes of plaintext, both included; an `end` past the file's is the file's. */
  start: number;
  end: number;
  /** The object's header where the caller has kept it; read from the object otherwise. */
  header?: Uint8Array | undefined;
}

/**
 * The plaintext of one range, from the segments that hold it and the object's last one. By the time the promise resolves
 * the header is checked, and so is the last segment where the range does not reach it; segments of the range are checked
 * one by one before their bytes come.
 * @throws AppError RANGE_NOT_SATISFIABLE; INTEGRITY_ERROR, also from the iteration; what `read` throws is passed on
 */
export async function decryptRange(
  keyring: Keyring,
  context: FileContext,
  read: ReadObject,
  request: RangeRequest,
): Promise<AsyncGenerator<Buffer, void, undefined>> {
  const header = request.header ?? (await readHeader(read));
  const fileKey = openFileKey(keyring, context, header);
  const plan = planRange({ ...request, segmentBytes: fileKey.segmentBytes });
  const file: OpenFile = { fileKey, plainSize: request.plainSize, final: plan.final, read };
  if (plan.lastSegment) await checkLastSegment(file, plan.lastSegment);
  return rangeBytes(file, plan);
}

interface OpenFile {
  fileKey: FileKey;
  plainSize: number;
  /** Number of the object's last segment. */
  final: number;
  read: ReadObject;
}

async function readHeader(read: ReadObject): Promise<Buffer> {
  for await (const { parts } of blocksOf(await read(0, HEADER_BYTES - 1), () => HEADER_BYTES)) {
    return Buffer.concat(parts);
  }
  return Buffer.alloc(0);
}

async function checkLastSegment(file: OpenFile, span: ByteSpan): Promise<void> {
  const segments = openSegments(file, { first: file.final, last: file.final, span });
  while (!(await segments.next()).done);
}

async function* rangeBytes(file: OpenFile, plan: RangePlan): AsyncGenerator<Buffer, void, undefined> {
  let { skip, length: wanted } = plan;
  const { first, last, segments: span } = plan;
  for await (const plaintext of openSegments(file, { first, last, span })) {
    for (const piece of plaintext) {
      const part = piece.subarray(Math.min(skip, piece.length), skip + wanted);
      skip = Math.max(0, skip - piece.length);
      wanted -= part.length;
      if (part.length > 0) yield part;
    }
  }
}

/** The checked plaintext of neighbouring segments, segment by segment. */
async function* openSegments(
  { fileKey, plainSize, final, read }: OpenFile,
  wanted: { first: number; last: number; span: ByteSpan },
): AsyncGenerator<Buffer[], void, undefined> {
  const { first, last, span } = wanted;
  const sealedBytes = (index: number): number => {
    const { start, end } = segmentSpan(index, plainSize, fileKey.segmentBytes);
    return end - start + 1;
  };
  // One byte more than the last segment has: none may follow it.
  const source = await read(span.start, last === final ? span.end + 1 : span.end);
  const sizeOf = (block: number): number => (first + block > last ? TAG_BYTES : sealedBytes(first + block));
  for await (const block of blocksOf(source, sizeOf)) {
    const index = first + block.index;
    if (index > last || block.isLast !== (index === last) || block.length !== sizeOf(block.index)) {
      throw integrityError(`The object does not hold ${plainSize} bytes of plaintext.`);
    }
    yield openSegment(fileKey, { index, isLast: index === final }, block.parts);
  }
}
