import { stat } from 'node:fs/promises';
import { afterId3, readBytes } from './read-bytes.ts';

const BITRATES_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const BITRATES_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const RATES = [44_100, 48_000, 32_000];
const SEARCH_BYTES = 16_384;

export interface Mp3Length {
  seconds: number;
  /** False when it was guessed from the size and the bit rate of the first frame. */
  declared: boolean;
}

/** The length of an MP3 recording by its Xing, Info or VBRI frame, else by its size; undefined without any frame. */
export async function mp3Length(path: string): Promise<Mp3Length | undefined> {
  const start = await afterId3(path);
  const head = await readBytes(path, start, SEARCH_BYTES);
  for (let at = 0; at + 200 < head.length; at += 1) {
    const frame = parseFrame(head, at);
    if (frame === undefined) continue;
    const frames = declaredFrames(head, at, frame.sideBytes);
    if (frames) return { seconds: (frames * frame.samples) / frame.rate, declared: true };
    const { size } = await stat(path);
    return { seconds: ((size - start - at) * 8) / (frame.bitrate * 1_000), declared: false };
  }
  return undefined;
}

/** A Layer III frame header: four bytes. */
function parseFrame(head: Buffer, at: number) {
  const bits = head.readUInt32BE(at);
  const version = (bits >>> 19) & 3;
  const bitrate = (version === 3 ? BITRATES_1 : BITRATES_2)[(bits >>> 12) & 15];
  const rate = RATES[(bits >>> 10) & 3];
  if (bits >>> 21 !== 0x7ff || version === 1 || ((bits >>> 17) & 3) !== 1 || !bitrate || !rate) return undefined;
  const mono = ((bits >>> 6) & 3) === 3;
  const half = version === 3 ? 1 : version === 2 ? 2 : 4;
  const sideBytes = version === 3 ? (mono ? 17 : 32) : mono ? 9 : 17;
  return { bitrate, rate: rate / half, samples: version === 3 ? 1_152 : 576, sideBytes };
}

function declaredFrames(head: Buffer, at: number, sideBytes: number): number | undefined {
  const xing = at + 4 + sideBytes;
  const name = head.toString('latin1', xing, xing + 4);
  if ((name === 'Xing' || name === 'Info') && (head.readUInt32BE(xing + 4) & 1) === 1) {
    return head.readUInt32BE(xing + 8);
  }
  const vbri = at + 36;
  return head.toString('latin1', vbri, vbri + 4) === 'VBRI' ? head.readUInt32BE(vbri + 14) : undefined;
}
