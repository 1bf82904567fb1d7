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
