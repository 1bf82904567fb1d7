import { AppError } from '#shared/errors/app-error.ts';

const HEADER_BYTES = 16;
const COMPRESSED = 0x75465a4c;
const UNCOMPRESSED = 0x414c454d;
const WINDOW = 4096;
/** What every compressed text may refer to (MS-OXRTFCP 2.1.2.1). */
const DICTIONARY = Buffer.from(
  '{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans ' +
    'SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx',
  'latin1',
);
/** Two bytes stand for seventeen at most. */
const MOST_GROWTH = 9;

/**
 * The RTF of a message as Outlook packs it (LZFu). What breaks off gives what stands before.
 * @throws AppError DAMAGED_FILE
 */
export function decompressRtf(packed: Buffer): Buffer {
  const kind = packed.length < HEADER_BYTES ? undefined : packed.readUInt32LE(8);
  const rawSize = packed.length < HEADER_BYTES ? 0 : packed.readUInt32LE(4);
  if (kind === UNCOMPRESSED) return packed.subarray(HEADER_BYTES, HEADER_BYTES + rawSize);
  if (kind !== COMPRESSED) {
    throw new AppError('DAMAGED_FILE', {
      detail: 'The text of the message is damaged: it is no compressed Rich Text.',
    });
  }
  const window = Buffer.alloc(WINDOW);
  DICTIONARY.copy(window);
  let place = DICTIONARY.length;
  const out = Buffer.alloc(Math.min(rawSize, packed.length * MOST_GROWTH));
  let length = 0;
  const put = (byte: number): void => {
    if (length < out.length) out[length] = byte;
    length += 1;
    window[place] = byte;
    place = (place + 1) % WINDOW;
  };
  for (let at = HEADER_BYTES; at < packed.length && length < out.length; ) {
    const control = packed[at++] ?? 0;
    for (let bit = 0; bit < 8 && at < packed.length; bit++) {
      if ((control & (1 << bit)) === 0) {
        put(packed[at++] ?? 0);
        continue;
      }
      const reference = ((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0);
      at += 2;
      const from = reference >> 4;
      if (from === place) return out.subarray(0, Math.min(length, out.length));
      for (let copied = 0; copied < (reference & 15) + 2; copied++) put(window[(from + copied) % WINDOW] ?? 0);
    }
  }
  return out.subarray(0, Math.min(length, out.length));
}
