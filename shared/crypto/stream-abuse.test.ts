import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { decryptStream, rewrapStream } from './file-cipher.ts';
import { HEADER_BYTES } from './file-format.ts';
import { createFileKey, type FileKey, rewrapHeader } from './file-key.ts';
import { decryptRange } from './file-range.ts';
import { parseKeyring } from './keyring.ts';
import { openSegment, sealSegment, segmentNonce } from './segments.ts';
import { CONTEXT, encrypt, SMALL_SEGMENT } from './testing/example-file.ts';
import {
  ABUSES,
  forged,
  full,
  headerOf,
  keyring,
  object,
  oldKeyring,
  plaintext,
  SEALED,
  SIZE,
  segmentsOf,
} from './testing/stream-abuses.ts';
import { inPieces, outcomeOf, readerOf } from './testing/streams.ts';

function edited(bytes: Buffer, at: number, edit: (byte: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = edit(copy[at] ?? 0);
  return copy;
}

/** Ranges of every kind: one segment, over borders, to the end, all. */
const RANGES = [
  [0, 0],
  [0, SMALL_SEGMENT - 1],
  [1000, 1030],
  [1500, 1600],
  [SMALL_SEGMENT, 3 * SMALL_SEGMENT - 1],
  [SIZE - 1, SIZE - 1],
  [0, SIZE - 1],
] as const;

describe('a stream that is not what was written', () => {
  it('is what was written when nothing was done to it', async () => {
    const whole = await outcomeOf(async () => decryptStream(keyring, CONTEXT, inPieces(object, 97)));
    expect(whole.end).toBe('CLEAN');
    expect(whole.emitted.equals(plaintext)).toBe(true);
    const made = forged([full(0), full(1), full(2, true)]);
    expect((await outcomeOf(async () => decryptStream(keyring, CONTEXT, inPieces(made, 97)))).end).toBe('CLEAN');
  });

  it.each(ABUSES)('ends in INTEGRITY_ERROR: %s', async (_name, make, reader) => {
    const bytes = make();
    const context = { ...CONTEXT, ...reader };
    for (const pieceLength of [1, 97, SEALED, HEADER_BYTES, 100_000]) {
      const whole = await outcomeOf(async () => decryptStream(keyring, context, inPieces(bytes, pieceLength)));
      expect(whole.end).toBe('INTEGRITY_ERROR');
      // Whole segments that were checked may come before the error, and nothing else.
      expect(whole.emitted.length % SMALL_SEGMENT).toBe(0);
      expect(plaintext.subarray(0, whole.emitted.length).equals(whole.emitted)).toBe(true);
      const rewrapped = await outcomeOf(async () => rewrapStream(keyring, context, inPieces(bytes, pieceLength)));
      expect(rewrapped.end).toBe('INTEGRITY_ERROR');
    }
  });

  it.each(ABUSES)('gives a range as it was written or none: %s', async (_name, make, reader) => {
    const bytes = make();
    let refused = 0;
    for (const [start, end] of RANGES) {
      const request = { plainSize: SIZE, start, end };
      const range = await outcomeOf(() => decryptRange(keyring, { ...CONTEXT, ...reader }, readerOf(bytes), request));
      const slice = plaintext.subarray(start, end + 1);
      // A change in a segment that the range does not need may go unseen; the bytes that come are the right ones.
      if (range.end === 'CLEAN') expect(range.emitted.equals(slice)).toBe(true);
      else expect(range.end).toBe('INTEGRITY_ERROR');
      expect(slice.subarray(0, range.emitted.length).equals(range.emitted)).toBe(true);
      if (range.end !== 'CLEAN') refused += 1;
    }
    expect(refused).toBeGreaterThan(0);
  });

  it('ends in INTEGRITY_ERROR wherever it is cut', async () => {
    for (let length = 0; length < object.length; length += 1) {
      const { emitted, end } = await outcomeOf(async () =>
        decryptStream(keyring, CONTEXT, inPieces(object.subarray(0, length), 5000)),
      );
      expect(end, `${length}`).toBe('INTEGRITY_ERROR');
      // The segment that became the last one was not sealed as such, so its bytes never come.
      expect(emitted.length).toBe(Math.max(0, Math.ceil((length - HEADER_BYTES) / SEALED) - 1) * SMALL_SEGMENT);
    }
  });

  it('ends in INTEGRITY_ERROR whichever byte is changed, for every bit of the header', async () => {
    const changes = Array.from({ length: object.length }, (_, at) =>
      at < HEADER_BYTES
        ? [1, 2, 4, 8, 16, 32, 64, 128].map((bit) => [at, bit] as const)
        : [[at, 1 << (at % 8)] as const],
    ).flat();
    for (const [at, bit] of changes) {
      const { emitted, end } = await outcomeOf(async () =>
        decryptStream(
          keyring,
          CONTEXT,
          inPieces(
            edited(object, at, (byte) => byte ^ bit),
            5000,
          ),
        ),
      );
      expect(end, `bit ${bit} of byte ${at}`).toBe('INTEGRITY_ERROR');
      expect(emitted.length).toBe(Math.max(0, Math.floor((at - HEADER_BYTES) / SEALED)) * SMALL_SEGMENT);
    }
  });

  it('ends in INTEGRITY_ERROR when the master key is not there any more, or is another under the same id', async () => {
    const another = parseKeyring({ APP_ENCRYPTION_KEYS: `new:${randomBytes(32).toString('hex')}` });
    for (const keys of [oldKeyring, another]) {
      const { emitted, end } = await outcomeOf(async () => decryptStream(keys, CONTEXT, inPieces(object, 5000)));
      expect([end, emitted.length]).toEqual(['INTEGRITY_ERROR', 0]);
    }
  });

  it('ends in INTEGRITY_ERROR with the re-wrapped header of another writing', async () => {
    const first = await encrypt(oldKeyring, plaintext);
    const second = await encrypt(oldKeyring, plaintext);
    const mixed = Buffer.concat([rewrapHeader(keyring, CONTEXT, headerOf(first)), ...segmentsOf(second)]);
    const { emitted, end } = await outcomeOf(async () => decryptStream(keyring, CONTEXT, inPieces(mixed, 5000)));
    expect([end, emitted.length]).toEqual(['INTEGRITY_ERROR', 0]);
  });
});

describe("the segments' counter", () => {
  let fileKey: FileKey;
  beforeAll(() => {
    fileKey = createFileKey(keyring, CONTEXT, SMALL_SEGMENT).fileKey;
  });

  it('never comes round', () => {
    const last = { index: 2 ** 32 - 1, isLast: true };
    const sealed = sealSegment(fileKey, last, [Buffer.from('end')]);
    expect(Buffer.concat(openSegment(fileKey, last, sealed)).toString()).toBe('end');
    for (const index of [2 ** 32, 2 ** 32 + 1, -1, 0.5, Number.NaN]) {
      expect(() => sealSegment(fileKey, { index, isLast: true }, [Buffer.from('end')])).toThrow(RangeError);
    }
    expect(() => openSegment(fileKey, { index: 2 ** 32, isLast: true }, sealed)).toThrow(
      expect.objectContaining({ code: 'INTEGRITY_ERROR' }),
    );
  });

  it('gives every place a nonce of its own', () => {
    const prefix = randomBytes(7);
    const places = [0, 1, 255, 256, 65_536, 2 ** 31, 2 ** 32 - 1].flatMap((index) => [
      { index, isLast: false },
      { index, isLast: true },
    ]);
    expect(new Set(places.map((place) => segmentNonce(prefix, place).toString('hex'))).size).toBe(places.length);
    expect(segmentNonce(prefix, { index: 258, isLast: true }).toString('hex')).toBe(
      `${prefix.toString('hex')}0000010201`,
    );
  });
});
