import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { blocksOf } from './blocks.ts';
import { splitTail } from './segments.ts';
import { allOf, inPieces, inRandomPieces } from './testing/streams.ts';

it('cuts any chunking into the same blocks', async () => {
  const bytes = randomBytes(30_000);
  for (const longest of [1, 7, 100, 4095, 4096, 5000, 9000, 40_000]) {
    const cut: Buffer[] = [];
    const ends: boolean[] = [];
    for await (const block of blocksOf(inRandomPieces(bytes, longest), (index) => (index === 0 ? 145 : 9000))) {
      cut.push(Buffer.concat(block.parts));
      ends.push(block.isLast);
      expect(block.length).toBe(cut.at(-1)?.length);
    }
    expect(cut.map(({ length }) => length)).toEqual([145, 9000, 9000, 9000, 2855]);
    expect(ends).toEqual([false, false, false, false, true]);
    expect(Buffer.concat(cut).equals(bytes)).toBe(true);
  }
});

it('ends with a full block where the source does, and with an empty one only when there is nothing', async () => {
  const lengths = async (size: number) =>
    (await allOf(blocksOf(inPieces(randomBytes(size), 10), () => 100))).map(({ length }) => length);
  expect(await lengths(200)).toEqual([100, 100]);
  expect(await lengths(201)).toEqual([100, 100, 1]);
  expect(await lengths(0)).toEqual([0]);
});

it('hands on large pieces without copying and joins single bytes', async () => {
  const bytes = Buffer.from(randomBytes(64 * 1024));
  const [large] = await allOf(blocksOf(inPieces(bytes, 16 * 1024), () => bytes.length));
  expect(large?.parts.map((part) => part.buffer === bytes.buffer)).toEqual([true, true, true, true]);
  const [small] = await allOf(blocksOf(inPieces(bytes, 1), () => bytes.length));
  expect(small?.parts).toHaveLength(1);
});

it('ends its source when it is left early, and passes on its error', async () => {
  let ended = false;
  async function* source() {
    try {
      for (;;) yield randomBytes(1000);
    } finally {
      ended = true;
    }
  }
  for await (const block of blocksOf(source(), () => 500)) if (block.index === 3) break;
  expect(ended).toBe(true);

  async function* failing() {
    yield randomBytes(1000);
    throw new Error('the bucket is gone');
  }
  await expect(allOf(blocksOf(failing(), () => 300))).rejects.toThrow('the bucket is gone');
});

it('refuses a source of text', async () => {
  async function* text() {
    yield 'text' as unknown as Uint8Array;
  }
  await expect(allOf(blocksOf(text(), () => 300))).rejects.toThrow(TypeError);
});

it('splits a tail off pieces of any lengths', () => {
  const bytes = randomBytes(50);
  for (let a = 0; a <= 50; a += 1) {
    for (let b = a; b <= 50; b += 7) {
      const split = splitTail([bytes.subarray(0, a), bytes.subarray(a, b), bytes.subarray(b)], 16);
      expect(split?.tail.equals(bytes.subarray(34))).toBe(true);
      expect(Buffer.concat(split?.body ?? []).equals(bytes.subarray(0, 34))).toBe(true);
    }
  }
  expect(splitTail([bytes.subarray(0, 15)], 16)).toBeUndefined();
  expect(splitTail([bytes.subarray(0, 16)], 16)?.bodyLength).toBe(0);
});
