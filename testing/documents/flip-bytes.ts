/** Numbers from 0 to 1 that look random; the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy with 1 to `most` bytes changed, anywhere, as a failing memory or a fuzzer leaves it. */
export function flipBytes(bytes: Buffer, random: () => number, most = 50): Buffer {
  const flipped = Buffer.from(bytes);
  const times = 1 + Math.floor(random() * most);
  for (let time = 0; time < times; time++) {
    const at = Math.floor(random() * flipped.length);
    flipped[at] = ((flipped[at] ?? 0) + 1 + Math.floor(random() * 255)) % 256;
  }
  return flipped;
}
