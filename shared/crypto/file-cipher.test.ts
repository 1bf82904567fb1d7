import { randomBytes, randomInt } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decryptStream, encryptStream } from './file-cipher.ts';
import { HEADER_BYTES, SEGMENT_BYTES } from './file-format.ts';
import { encryptedSize } from './file-layout.ts';
import { CONTEXT, encrypt, randomKeyring, SMALL_SEGMENT } from './testing/example-file.ts';
import { collect, inPieces, inRandomPieces } from './testing/streams.ts';

const keyring = randomKeyring();
const MIB = 1024 ** 2;

describe('the file cipher', () => {
  it('gives back files of every size around the borders, in any chunking', async () => {
    for (const segments of [0, 1, 2, 5]) {
      for (const delta of [-17, -16, -15, -1, 0, 1, 15, 16, 17]) {
        const size = segments * SMALL_SEGMENT + delta;
        if (size < 0) continue;
        const plaintext = randomBytes(size);
        const options = { segmentBytes: SMALL_SEGMENT };
        const object = await collect(
          encryptStream(keyring, CONTEXT, inRandomPieces(plaintext, randomInt(1, 3000)), options),
        );
        expect(object.length).toBe(encryptedSize(size, SMALL_SEGMENT));
        const back = await collect(decryptStream(keyring, CONTEXT, inRandomPieces(object, randomInt(1, 3000))));
        expect(back.equals(plaintext), `${size}`).toBe(true);
      }
    }
  });

  it('gives back random sizes in the segments of real files, whatever the chunking on either side', async () => {
    for (let round = 0; round < 12; round += 1) {
      const plaintext = randomBytes(randomInt(0, 3 * SEGMENT_BYTES));
      const longest = [3000, 4096, 70_000, 2 * MIB][round % 4] ?? 1;
      const object = await collect(encryptStream(keyring, CONTEXT, inRandomPieces(plaintext, longest)));
      expect(object.length).toBe(encryptedSize(plaintext.length));
      const back = await collect(decryptStream(keyring, CONTEXT, inRandomPieces(object, randomInt(2000, 2 * MIB))));
      expect(back.equals(plaintext), `${plaintext.length}`).toBe(true);
    }
  });

  it('makes of an empty file one empty segment', async () => {
    const object = await encrypt(keyring, Buffer.alloc(0));
    expect(object.length).toBe(HEADER_BYTES + 16);
    expect(await collect(decryptStream(keyring, CONTEXT, inPieces(object, 10)))).toHaveLength(0);
  });

  it('shows nothing of the plaintext and never the same object twice', async () => {
    const plaintext = Buffer.from('the quick brown fox. '.repeat(300));
    const [one, two] = [await encrypt(keyring, plaintext), await encrypt(keyring, plaintext)];
    expect(one.includes('quick')).toBe(false);
    const segmentOf = (object: Buffer) => object.subarray(HEADER_BYTES, HEADER_BYTES + 64).toString('hex');
    expect(segmentOf(one)).not.toBe(segmentOf(two));
  });

  it('holds at most a segment and a piece of a file of 256 MB, and waits for its reader', async () => {
    const piece = randomBytes(64 * 1024);
    const total = 256 * MIB;
    let given = 0;
    let taken = 0;
    let mostHeld = 0;
    async function* source() {
      for (; given < total; ) {
        given += piece.length;
        yield piece;
      }
    }
    async function* counted(stream: AsyncIterable<Buffer>) {
      for await (const part of stream) {
        yield part;
        taken += part.length;
        mostHeld = Math.max(mostHeld, given - taken);
      }
    }
    const decrypted = counted(decryptStream(keyring, CONTEXT, encryptStream(keyring, CONTEXT, source())));
    expect(given).toBe(0);
    await decrypted.next();
    // One segment on each side, and what each must see of the next to know that it was not the last.
    expect(given).toBeLessThanOrEqual(3 * SEGMENT_BYTES);
    const before = process.memoryUsage().arrayBuffers;
    let mostBuffers = 0;
    while (!(await decrypted.next()).done) {
      mostBuffers = Math.max(mostBuffers, process.memoryUsage().arrayBuffers - before);
    }
    expect(taken).toBe(total);
    expect(mostHeld).toBeLessThanOrEqual(3 * SEGMENT_BYTES);
    // What was let go and not collected yet counts here.
    expect(mostBuffers).toBeLessThan(150 * MIB);
  });

  it('ends its source when the reader leaves, and passes on what the source throws', async () => {
    let ended = 0;
    async function* endless() {
      try {
        for (;;) yield randomBytes(500);
      } finally {
        ended += 1;
      }
    }
    const sealing = encryptStream(keyring, CONTEXT, endless(), { segmentBytes: SMALL_SEGMENT });
    for await (const part of decryptStream(keyring, CONTEXT, sealing)) if (part.length > 0) break;
    expect(ended).toBe(1);
    await expect(collect(decryptStream(keyring, CONTEXT, endless()))).rejects.toMatchObject({
      code: 'INTEGRITY_ERROR',
    });
    expect(ended).toBe(2);

    async function* failing(bytes: Buffer) {
      yield bytes.subarray(0, HEADER_BYTES + 1500);
      throw new Error('the bucket is gone');
    }
    const object = await encrypt(keyring, randomBytes(5000));
    await expect(collect(decryptStream(keyring, CONTEXT, failing(object)))).rejects.toThrow('the bucket is gone');
    await expect(collect(encryptStream(keyring, CONTEXT, failing(object)))).rejects.toThrow('the bucket is gone');
  });

  it('refuses to encrypt for a context that names nothing, or in segments out of bounds', async () => {
    const parts = [{ ownerId: '' }, { fileId: '' }, { purpose: '' }, { generation: -1 }, { generation: 1.5 }];
    for (const part of [...parts, { fileId: '\uD800' }]) {
      const stream = encryptStream(keyring, { ...CONTEXT, ...part }, inPieces(randomBytes(5), 5));
      await expect(collect(stream), JSON.stringify(part)).rejects.toThrow(TypeError);
    }
    for (const segmentBytes of [0, 1023, 16 * MIB + 1, 2000.5]) {
      const stream = encryptStream(keyring, CONTEXT, inPieces(randomBytes(5), 5), { segmentBytes });
      await expect(collect(stream)).rejects.toThrow(RangeError);
    }
  });
});
