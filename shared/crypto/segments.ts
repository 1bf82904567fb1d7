import { IV_BYTES, integrityError, open, seal, TAG_BYTES } from './aead.ts';
import { NONCE_PREFIX_BYTES, SEGMENTS_MAX } from './file-format.ts';
import type { FileKey } from './file-key.ts';

const NOTHING = new Uint8Array(0);

/** A segment's number, from 0, and whether the file ends with it: both are in its nonce. */
export interface SegmentPlace {
  index: number;
  isLast: boolean;
}

/** The ciphertext in as many pieces as the plaintext, then the tag. @throws RangeError past the last number */
export function sealSegment(file: FileKey, place: SegmentPlace, plaintext: readonly Uint8Array[]): Buffer[] {
  const iv = segmentNonce(file.noncePrefix, place);
  const { ciphertext, tag } = seal({ key: file.segmentKey, iv, aad: NOTHING }, plaintext);
  ciphertext.push(tag);
  return ciphertext;
}

/**
 * The plaintext of one whole segment, checked.
 * @throws AppError INTEGRITY_ERROR when it was changed, belongs to another place or file, or is empty behind another
 */
export function openSegment(file: FileKey, place: SegmentPlace, sealed: readonly Uint8Array[]): Buffer[] {
  const split = splitTail(sealed, TAG_BYTES);
  if (!split) throw integrityError(`Segment ${place.index} is shorter than its tag.`);
  if (split.bodyLength === 0 && place.index > 0) throw integrityError(`Segment ${place.index} is empty.`);
  if (place.index >= SEGMENTS_MAX) throw integrityError('The object has more segments than can be numbered.');
  const iv = segmentNonce(file.noncePrefix, place);
  return open({ key: file.segmentKey, iv, aad: NOTHING }, split.body, split.tail);
}

/** @throws RangeError for a number that does not fit 32 bits: a nonce would come twice */
export function segmentNonce(prefix: Uint8Array, { index, isLast }: SegmentPlace): Buffer {
  if (!Number.isInteger(index) || index < 0 || index >= SEGMENTS_MAX) {
    throw new RangeError(`A file has at most ${SEGMENTS_MAX} segments.`);
  }
  const nonce = Buffer.alloc(IV_BYTES);
  nonce.set(prefix, 0);
  nonce.writeUInt32BE(index, NONCE_PREFIX_BYTES);
  nonce.writeUInt8(isLast ? 1 : 0, IV_BYTES - 1);
  return nonce;
}

/**
 * Cuts the last `tailLength` bytes off a list of pieces, copying only those.
 * @returns undefined when there are fewer bytes in all
 */
export function splitTail(
  parts: readonly Uint8Array[],
  tailLength: number,
): { body: Uint8Array[]; bodyLength: number; tail: Buffer } | undefined {
  let bodyLength = -tailLength;
  for (const part of parts) bodyLength += part.length;
  if (bodyLength < 0) return undefined;
  const body: Uint8Array[] = [];
  const tail = Buffer.allocUnsafe(tailLength);
  let position = 0;
  for (const part of parts) {
    const own = Math.min(Math.max(bodyLength - position, 0), part.length);
    if (own > 0) body.push(part.subarray(0, own));
    if (own < part.length) tail.set(part.subarray(own), position + own - bodyLength);
    position += part.length;
  }
  return { body, bodyLength, tail };
}
