/**
 * Joins fields so that no two different lists give the same bytes: each is preceded by its length in four bytes, big
 * endian. Strings become UTF-8.
 * @throws TypeError for a string with a lone surrogate, which UTF-8 would silently make equal to others
 */
export function encodeFields(...fields: ReadonlyArray<string | Uint8Array>): Buffer {
  const parts: Uint8Array[] = [];
  for (const field of fields) {
    if (typeof field === 'string' && !field.isWellFormed()) throw new TypeError('A text to bind is not valid Unicode.');
    const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field;
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
