import { AppError } from '#shared/errors/app-error.ts';
import { integrityError, TAG_BYTES } from './aead.ts';
import { HEADER_BYTES, SEGMENT_BYTES, SEGMENTS_MAX } from './file-format.ts';

/** Offsets in the encrypted object, both included. */
export interface ByteSpan {
  start: number;
  end: number;
}

export interface RangePlan {
  header: ByteSpan;
  /** The segments that hold the range, in one piece. */
  segments: ByteSpan;
  /** The object's last segment, which shows whether the object was cut; absent where `segments` ends with it. */
  lastSegment: ByteSpan | undefined;
  /** Numbers, from 0, of the range's first and last segment and of the object's last. */
  first: number;
  last: number;
  final: number;
  /** Bytes of plaintext that come before the range in its first segment. */
  skip: number;
  /** Bytes of plaintext in the range. */
  length: number;
  /** How many segments are read in all. */
  segmentsRead: number;
}

/**
 * Bytes of the encrypted object that a plaintext of this many bytes becomes.
 * @throws RangeError for a size that is no size, or more than the segments' counter can number
 */
export function encryptedSize(plainSize: number, segmentBytes: number = SEGMENT_BYTES): number {
  return HEADER_BYTES + plainSize + TAG_BYTES * segmentCount(plainSize, segmentBytes);
}

/**
 * Bytes of plaintext in an encrypted object of this size, by arithmetic alone: only reading its last segment proves it.
 * @throws AppError INTEGRITY_ERROR for a size that no encrypted object has
 */
export function plainSize(encryptedSize: number, segmentBytes: number = SEGMENT_BYTES): number {
  const sealed = encryptedSize - HEADER_BYTES;
  const count = Math.max(1, Math.ceil(sealed / (segmentBytes + TAG_BYTES)));
  const plain = sealed - count * TAG_BYTES;
  const possible = Number.isSafeInteger(plain) && plain >= 0 && count <= SEGMENTS_MAX;
  if (!possible || segmentCount(plain, segmentBytes) !== count) {
    throw integrityError(`No encrypted object has ${encryptedSize} bytes.`);
  }
  return plain;
}

/** An empty file has one segment, too. @throws RangeError */
export function segmentCount(plainSize: number, segmentBytes: number): number {
  const count = Math.max(1, Math.ceil(plainSize / segmentBytes));
  if (!Number.isSafeInteger(plainSize) || plainSize < 0 || count > SEGMENTS_MAX) {
    throw new RangeError(`A file of ${plainSize} bytes cannot be encrypted.`);
  }
  return count;
}

/** Where a segment lies in the encrypted object. */
export function segmentSpan(index: number, plainSize: number, segmentBytes: number = SEGMENT_BYTES): ByteSpan {
  const start = HEADER_BYTES + index * (segmentBytes + TAG_BYTES);
  const plainBytes = Math.min(segmentBytes, plainSize - index * segmentBytes);
  return { start, end: start + plainBytes + TAG_BYTES - 1 };
}

/**
 * What to read of an encrypted object for the plaintext bytes `start` to `end`, both included; an `end` past the file's
 * is the file's.
 * @throws AppError RANGE_NOT_SATISFIABLE when no byte of the file lies in the range
 */
export function planRange(range: {
  plainSize: number;
  start: number;
  end: number;
  segmentBytes?: number | undefined;
}): RangePlan {
  const { plainSize, start, segmentBytes = SEGMENT_BYTES } = range;
  const end = Math.min(range.end, plainSize - 1);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) {
    throw new AppError('RANGE_NOT_SATISFIABLE', { detail: `The file has ${plainSize} bytes.` });
  }
  const first = Math.floor(start / segmentBytes);
  const last = Math.floor(end / segmentBytes);
  const final = segmentCount(plainSize, segmentBytes) - 1;
  return {
    header: { start: 0, end: HEADER_BYTES - 1 },
    segments: {
      start: segmentSpan(first, plainSize, segmentBytes).start,
      end: segmentSpan(last, plainSize, segmentBytes).end,
    },
    lastSegment: last === final ? undefined : segmentSpan(final, plainSize, segmentBytes),
    first,
    last,
    final,
    skip: start - first * segmentBytes,
    length: end - start + 1,
    segmentsRead: last - first + 1 + (last === final ? 0 : 1),
  };
}
