import { constants, crc32, deflateRawSync } from 'node:zlib';

/** A deflate stream that ends without another byte of content. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);
const ADLER_MODULUS = 65_521;

export interface Deflated {
  /** Raw deflate, without header and checksum. */
  packed: Buffer;
  /** Of what it inflates to. */
  size: number;
  crc32: number;
}

/** Packs `block` repeated so many times, without ever holding more than one of it: 10 GB take a second and 10 MB. */
export function repeatDeflated(block: Buffer, times: number, ends: { first?: string; last?: string } = {}): Deflated {
  const [first, last] = [Buffer.from(ends.first ?? ''), Buffer.from(ends.last ?? '')];
  const packed = deflateFlushed(block);
  let sum = crc32(first);
  for (let time = 0; time < times; time++) sum = crc32(block, sum);
  return {
    packed: Buffer.concat([
      deflateFlushed(first),
      ...Array<Buffer>(times).fill(packed),
      deflateFlushed(last),
      LAST_BLOCK,
    ]),
    size: first.length + block.length * times + last.length,
    crc32: crc32(last, sum),
  };
}

/** As {@link repeatDeflated}, with the header and the checksum of zlib, as PDF and PNG have it. */
export function repeatZlib(block: Buffer, times: number): Buffer {
  const packed = deflateFlushed(block);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(adlerOfRepeated(block, times));
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...Array<Buffer>(times).fill(packed), LAST_BLOCK, checksum]);
}

/** Blocks that refer to nothing before them and end on a byte, so that they can be put one after the other. */
function deflateFlushed(plain: Buffer): Buffer {
  return deflateRawSync(plain, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
}

function adlerOfRepeated(block: Buffer, times: number): number {
  let [one, two] = [0, 0];
  for (const byte of block) {
    one = (one + byte) % ADLER_MODULUS;
    two = (two + one) % ADLER_MODULUS;
  }
  let [a, b] = [1, 0];
  for (let time = 0; time < times; time++) {
    b = (b + a * (block.length % ADLER_MODULUS) + two) % ADLER_MODULUS;
    a = (a + one) % ADLER_MODULUS;
  }
  return b * 65_536 + a;
}
