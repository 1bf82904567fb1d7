import { crc32, deflateRawSync } from 'node:zlib';
import type { Deflated } from './repeat-deflated.ts';

export interface ZipEntry {
  /** Bytes: of which nobody says what they are. */
  name: string | Buffer;
  /** Extra fields, as they are. */
  extra?: Buffer;
  /** Or what is packed already. */
  data: Buffer | string | Deflated;
}

/** Writes a ZIP archive of deflated entries, each dated 1 January 1980. */
export function makeZip(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name: text, extra = Buffer.alloc(0), data } of entries) {
    const name = Buffer.from(text);
    const { packed, size, crc32: sum } = deflated(data);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version needed
    fields.writeUInt16LE(typeof text === 'string' ? 0x0800 : 0, 2); // names are UTF-8
    fields.writeUInt16LE(8, 4); // deflate
    fields.writeUInt16LE(0x21, 8); // date
    fields.writeUInt32LE(sum, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(size, 18);
    fields.writeUInt16LE(name.length, 22);
    fields.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), fields, name, extra, packed]);
    const placed = Buffer.alloc(14);
    placed.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), fields, placed, name, extra]));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06'), end]);
}

function deflated(data: ZipEntry['data']): Deflated {
  if (typeof data === 'object' && 'packed' in data) return data;
  const plain = Buffer.from(data);
  return { packed: deflateRawSync(plain), size: plain.length, crc32: crc32(plain) };
}
