import { createDoctypeCheck } from '../xml/doctype.ts';
import { openParts, type Parts, type ZipLimits } from './open-parts.ts';

const XML_NAME = /\.(?:xml|rels|vml)$/i;

/**
 * Inflates every part and counts what really comes out, before a library that would keep it all sees the archive.
 * @param limits `partBytes` is for XML parts, whose trees take some forty times as much memory
 * @returns the parts, open
 * @throws AppError ARCHIVE_LIMIT, DAMAGED_FILE, ENCRYPTED_DOCUMENT, XML_UNSAFE
 */
export async function guardParts(bytes: Buffer, limits: ZipLimits): Promise<Parts> {
  const parts = await openParts(bytes, limits);
  for (const name of parts.names) {
    const isXml = XML_NAME.test(name);
    const check = isXml ? createDoctypeCheck(name) : undefined;
    for await (const piece of parts.stream(name, isXml ? limits.partBytes : limits.totalBytes)) check?.(piece);
  }
  return parts;
}
