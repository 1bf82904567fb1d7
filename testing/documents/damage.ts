/** The first part of a file, as a broken transfer leaves it. */
export function truncated(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

/** A file with zeros over a part of it, as a broken disk leaves it. */
export function withHole(bytes: Buffer, from: number, length: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged.fill(0, from, from + length);
  return damaged;
}

/** Bytes without meaning; the same for the same seed. */
export function garbage(length: number, seed = 1): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
      return state >> 16;
    }),
  );
}
