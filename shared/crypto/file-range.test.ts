import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encryptStream } from './file-cipher.ts';
import { HEADER_BYTES, SEGMENT_BYTES } from './file-format.ts';
import { decryptRange } from './file-range.ts';
import { CONTEXT, encrypt, randomKeyring, SMALL_SEGMENT } from './testing/example-file.ts';
import { collect, inPieces, outcomeOf, readerOf } from './testing/streams.ts';

const keyring = randomKeyring();

describe('decryptRange', () => {
  it('gives the slice for every start and end around the borders', async () => {
    for (const size of [1, 1023, 1024, 1025, 2048, 3500]) {
      const plaintext = randomBytes(size);
      const object = await encrypt(keyring, plaintext);
      const edges = [0, 1, 2, 3].flatMap((n) => [-1, 0, 1].map((delta) => n * SMALL_SEGMENT + delta));
      const points = [...edges, size - 1].filter((point) => point >= 0 && point < size);
      for (const start of points) {
        for (const end of points.filter((point) => point >= start)) {
          const range = await decryptRange(keyring, CONTEXT, readerOf(object), { plainSize: size, start, end });
          expect((await collect(range)).equals(plaintext.subarray(start, end + 1)), `${start}-${end}/${size}`).toBe(
            true,
          );
        }
      }
    }
  });

  it('gives random slices of real segments, and reads the segments of the plan and nothing else', async () => {
    const plaintext = randomBytes(5 * SEGMENT_BYTES + 12_345);
    const object = await collect(encryptStream(keyring, CONTEXT, inPieces(plaintext, 65_536)));
    for (let round = 0; round < 20; round += 1) {
      const start = randomInt(0, plaintext.length);
      const end = Math.min(start + randomInt(0, 1_000_000), plaintext.length - 1);
      const asked: Array<[number, number]> = [];
      const reader = readerOf(object, 60_000);
      const range = await decryptRange(
        keyring,
        CONTEXT,
        (from, to) => {
          asked.push([from, to]);
          return reader(from, to);
        },
        { plainSize: plaintext.length, start, end, header: object.subarray(0, HEADER_BYTES) },
      );
      expect((await collect(range)).equals(plaintext.subarray(start, end + 1))).toBe(true);
      const bytesRead = asked.reduce((sum, [from, to]) => sum + to - from + 1, 0);
      expect(bytesRead).toBeLessThanOrEqual(3 * (SEGMENT_BYTES + 16) + 1);
      expect(asked.every(([from]) => from >= HEADER_BYTES)).toBe(true);
      expect(asked.length).toBeLessThanOrEqual(2);
    }
  });

  it('takes an end past the file as the end of the file, and refuses a start past it', async () => {
    const plaintext = randomBytes(3000);
    const object = await encrypt(keyring, plaintext);
    const request = { plainSize: 3000, start: 2999, end: 1e12 };
    const tail = await collect(await decryptRange(keyring, CONTEXT, readerOf(object), request));
    expect(tail.equals(plaintext.subarray(2999))).toBe(true);
    await expect(decryptRange(keyring, CONTEXT, readerOf(object), { ...request, start: 3000 })).rejects.toMatchObject({
      code: 'RANGE_NOT_SATISFIABLE',
    });
  });

  it('refuses before it resolves when the object was cut or goes on, though the range lies whole before', async () => {
    const plaintext = randomBytes(5000);
    const object = await encrypt(keyring, plaintext);
    const request = { plainSize: 5000, start: 10, end: 20 };
    for (let length = 0; length < object.length; length += 1) {
      await expect(
        decryptRange(keyring, CONTEXT, readerOf(object.subarray(0, length)), request),
        `${length}`,
      ).rejects.toMatchObject({ code: 'INTEGRITY_ERROR' });
    }
    for (const extra of [Buffer.alloc(1), object.subarray(HEADER_BYTES, HEADER_BYTES + 1040)]) {
      await expect(
        decryptRange(keyring, CONTEXT, readerOf(Buffer.concat([object, extra])), request),
      ).rejects.toMatchObject({ code: 'INTEGRITY_ERROR' });
    }
  });

  it('refuses when the size in the database is not the size of the object', async () => {
    const plaintext = randomBytes(5000);
    const object = await encrypt(keyring, plaintext);
    for (const plainSize of [1, 1024, 2048, 4096, 4097, 4999, 5001, 5120, 5121, 6144, 1e9]) {
      for (const range of [
        { start: 0, end: 0 },
        { start: 0, end: plainSize - 1 },
      ]) {
        const { emitted, end } = await outcomeOf(() =>
          decryptRange(keyring, CONTEXT, readerOf(object), { plainSize, ...range }),
        );
        expect(end, `${plainSize} ${range.end}`).toBe('INTEGRITY_ERROR');
        expect(plaintext.subarray(0, emitted.length).equals(emitted)).toBe(true);
      }
    }
  });

  it('is not misled by a reader that gives more than asked for, and ends its reads when it is left', async () => {
    const plaintext = randomBytes(5000);
    const object = await encrypt(keyring, plaintext);
    const whole = await outcomeOf(() =>
      decryptRange(keyring, CONTEXT, async (start) => inPieces(object.subarray(start), 300), {
        plainSize: 5000,
        start: 1,
        end: 2,
      }),
    );
    expect(whole.end).toBe('INTEGRITY_ERROR');

    let open = 0;
    const read = async (start: number, end: number) => {
      open += 1;
      return (async function* () {
        try {
          yield* inPieces(object.subarray(start, end + 1), 100);
        } finally {
          open -= 1;
        }
      })();
    };
    const range = await decryptRange(keyring, CONTEXT, read, { plainSize: 5000, start: 0, end: 4500 });
    for await (const _part of range) break;
    expect(open).toBe(0);
  });

  it('passes on what the reader throws', async () => {
    const failing = () => Promise.reject(new Error('the bucket is gone'));
    await expect(decryptRange(keyring, CONTEXT, failing, { plainSize: 5000, start: 0, end: 1 })).rejects.toThrow(
      'the bucket is gone',
    );
  });
});
