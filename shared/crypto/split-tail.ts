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
