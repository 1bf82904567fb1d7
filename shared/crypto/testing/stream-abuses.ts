import { randomBytes } from 'node:crypto';
import { HEADER_BYTES } from '../file-format.ts';
import { createFileKey, type FileContext } from '../file-key.ts';
import { parseKeyring } from '../keyring.ts';
import { sealSegment } from '../segments.ts';
import { CONTEXT, encrypt, SMALL_SEGMENT } from './example-file.ts';

export const SEALED = SMALL_SEGMENT + 16;
const oldHex = randomBytes(32).toString('hex');
export const keyring = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${randomBytes(32).toString('hex')},old:${oldHex}` });
export const oldKeyring = parseKeyring({ APP_ENCRYPTION_KEYS: `old:${oldHex}` });

/** Three full segments and a short one. */
export const SIZE = 3 * SMALL_SEGMENT + 500;
export const plaintext = randomBytes(SIZE);
const other: FileContext = { ...CONTEXT, fileId: 'a1111111-6b7a-4d55-8b39-9d7b7d6f2c22' };

export const object = await encrypt(keyring, plaintext);
/** Another file of the same person, of the same size. */
const stranger = await encrypt(keyring, randomBytes(SIZE), other);
/** The same file and text, written a second time: another data key. */
const rewritten = await encrypt(keyring, plaintext);
const header = headerOf(object);
const segments = segmentsOf(object);

export function headerOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, HEADER_BYTES);
}

export function segmentsOf(bytes: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; at += SEALED) found.push(bytes.subarray(at, at + SEALED));
  return found;
}

/** The object with these of its segments, by number, in this order. */
function withSegments(...order: number[]): Buffer {
  return Buffer.concat([header, ...order.map((index) => segments[index] ?? Buffer.alloc(0))]);
}

function overwritten(at: number, replacement: Uint8Array | string): Buffer {
  const copy = Buffer.from(object);
  copy.set(Buffer.from(replacement), at);
  return copy;
}

function segmentBytesSetTo(bytes: number): Buffer {
  const copy = Buffer.from(object);
  copy.writeUInt32BE(bytes, 9);
  return copy;
}

/** An object that only somebody with the data key could make: sealed segments with any numbers and flags. */
export function forged(pieces: ReadonlyArray<{ text: Uint8Array; index: number; isLast: boolean }>): Buffer {
  const { header: own, fileKey } = createFileKey(keyring, CONTEXT, SMALL_SEGMENT);
  return Buffer.concat([own, ...pieces.flatMap(({ text, ...place }) => sealSegment(fileKey, place, [text]))]);
}

export const full = (index: number, isLast = false) => ({
  text: plaintext.subarray(index * SMALL_SEGMENT, (index + 1) * SMALL_SEGMENT),
  index,
  isLast,
});

/** Name, the bytes that are read, and for whom when it is not the right one. */
export const ABUSES: Array<[string, () => Buffer, Partial<FileContext>?]> = [
  ['no bytes at all', () => Buffer.alloc(0)],
  ['the header alone', () => header],
  ['no header', () => Buffer.concat(segments)],
  ['the header twice', () => Buffer.concat([header, object])],
  ['no last segment', () => withSegments(0, 1, 2)],
  ['the last segment alone', () => withSegments(3)],
  ['the first segment lost', () => withSegments(1, 2, 3)],
  ['a middle segment lost', () => withSegments(0, 2, 3)],
  ['a segment repeated', () => withSegments(0, 1, 1, 2, 3)],
  ['a segment in the place of the next', () => withSegments(0, 1, 1, 3)],
  ['two segments reordered', () => withSegments(0, 2, 1, 3)],
  ['all segments reversed', () => withSegments(3, 2, 1, 0)],
  ['the last segment twice', () => withSegments(0, 1, 2, 3, 3)],
  ['a full segment behind the last', () => withSegments(0, 1, 2, 3, 0)],
  ['the whole object twice', () => Buffer.concat([object, object])],
  ['the segments twice', () => withSegments(0, 1, 2, 3, 0, 1, 2, 3)],
  ['one zero byte behind', () => Buffer.concat([object, Buffer.alloc(1)])],
  ['a tag of zeros behind', () => Buffer.concat([object, Buffer.alloc(16)])],
  ['a segment of random bytes behind', () => Buffer.concat([object, randomBytes(SEALED)])],
  ['a byte lost in the middle', () => Buffer.concat([object.subarray(0, 1700), object.subarray(1701)])],
  ['a byte put in the middle', () => Buffer.concat([object.subarray(0, 1700), Buffer.of(7), object.subarray(1700)])],
  ["another file's object", () => stranger],
  ["another file's header", () => Buffer.concat([headerOf(stranger), ...segments])],
  ["another file's segments", () => Buffer.concat([header, ...segmentsOf(stranger)])],
  [
    "another file's segment in its place",
    () => Buffer.concat([header, ...segments.with(1, segmentsOf(stranger)[1] ?? Buffer.alloc(0))]),
  ],
  [
    "the same file's segment from an earlier writing",
    () => Buffer.concat([header, ...segments.slice(0, 3), ...segmentsOf(rewritten).slice(3)]),
  ],
  ['the header of an earlier writing', () => Buffer.concat([headerOf(rewritten), ...segments])],
  ["another owner's reader", () => object, { ownerId: '00000000-58a5-4c4c-9e53-0a8d4e0a2f11' }],
  ["another file's reader", () => object, { fileId: other.fileId }],
  ["another generation's reader", () => object, { generation: 4 }],
  ["another purpose's reader", () => object, { purpose: 'text' }],
  ['owner and file exchanged', () => object, { ownerId: CONTEXT.fileId, fileId: CONTEXT.ownerId }],
  ['another magic', () => overwritten(0, 'OMNIRAGG')],
  ['plaintext where the object should be', () => Buffer.from(plaintext)],
  ['format version 0', () => overwritten(8, Buffer.of(0))],
  ['format version 2', () => overwritten(8, Buffer.of(2))],
  ['a segment size of 0', () => segmentBytesSetTo(0)],
  ['half the segment size', () => segmentBytesSetTo(SMALL_SEGMENT / 2)],
  ['one byte more a segment', () => segmentBytesSetTo(SMALL_SEGMENT + 1)],
  ['twice the segment size', () => segmentBytesSetTo(2 * SMALL_SEGMENT)],
  ['a segment size that holds the whole file', () => segmentBytesSetTo(8 * SMALL_SEGMENT)],
  ['a segment size of 4 GiB', () => segmentBytesSetTo(2 ** 32 - 1)],
  ['another salt', () => overwritten(13, randomBytes(32))],
  ['another nonce prefix', () => overwritten(45, randomBytes(7))],
  ['a key id of no length', () => overwritten(52, Buffer.of(0))],
  ['a key id longer than its slot', () => overwritten(52, Buffer.of(33))],
  ['a key id with filling that is not zero', () => overwritten(84, Buffer.of(1))],
  ['an unknown key id', () => overwritten(52, '\u0005other')],
  ["another master key's id", () => overwritten(52, '\u0003old')],
  ['another iv of the wrapped key', () => overwritten(85, randomBytes(12))],
  ['another wrapped key', () => overwritten(97, randomBytes(32))],
  ["the wrapped key of another file's header", () => overwritten(52, headerOf(stranger).subarray(52))],
  ['a tag of the wrapped key of zeros', () => overwritten(129, Buffer.alloc(16))],
  ["a segment's tag of zeros", () => overwritten(HEADER_BYTES + SMALL_SEGMENT, Buffer.alloc(16))],
  [
    "two segments' tags exchanged",
    () => {
      const copy = Buffer.from(object);
      object.copy(copy, HEADER_BYTES + SMALL_SEGMENT, HEADER_BYTES + SEALED + SMALL_SEGMENT, HEADER_BYTES + 2 * SEALED);
      object.copy(copy, HEADER_BYTES + SEALED + SMALL_SEGMENT, HEADER_BYTES + SMALL_SEGMENT, HEADER_BYTES + SEALED);
      return copy;
    },
  ],
  ['all zeros of the same length', () => Buffer.alloc(object.length)],
  ['forged: two last segments', () => forged([full(0), full(1, true), full(2, true)])],
  ['forged: every segment a last one', () => forged([full(0, true), full(1, true), full(2, true)])],
  ['forged: none of them the last', () => forged([full(0), full(1), full(2)])],
  [
    'forged: an empty last segment',
    () => forged([full(0), full(1), { text: Buffer.alloc(0), index: 2, isLast: true }]),
  ],
  [
    'forged: a short segment in the middle',
    () => forged([full(0), { ...full(1), text: plaintext.subarray(1024, 1500) }, full(2, true)]),
  ],
  ['forged: a segment longer than it may be', () => forged([{ ...full(0, true), text: plaintext.subarray(0, 1025) }])],
  ['forged: numbers from 1', () => forged([full(1), full(2, true)])],
  ['forged: a number left out', () => forged([full(0), full(2, true)])],
];
