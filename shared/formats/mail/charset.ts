import iconv from 'iconv-lite';
import { decodeAs } from '../text/code-pages.ts';
import { detectEncoding } from '../text/decode-text.ts';

/** Encodings whose bytes look like ASCII. */
const SEVEN_BITS = /^(?:iso-2022|utf-?7|hz|csiso2022|jis)/i;
const WIDE = /^(?:utf-?(?:16|32)|ucs-?[24]|iso-10646)/i;
/** How Japanese begins in ISO-2022-JP. */
const TO_JAPANESE = Buffer.from('\x1b$');
/** Where texts were put together, one ends as the next begins, which decoders take for an attack. */
const NOTHING_BETWEEN = /(?:\p{Cc}[($][@BIJ])+(?=\p{Cc}[($][@BIJ])/gu;
/** From this share of letters beyond ASCII on, a text is in no language that is written in Latin letters. */
const FOREIGN_SHARE = 0.3;
/** Fewer tell nothing. */
const LEAST_LETTERS = 10;

/**
 * The text of a mail, whose header may not say the truth: what is valid UTF-8 is UTF-8, else it is what the header says
 * if that fits, else what it looks like where it cannot be Latin letters, else Windows-1252.
 */
export function decodeMailText(bytes: Buffer, declared?: string): string {
  return decodeStrictly(bytes, declared) ?? decodeAs(bytes, isForeign(bytes) ? detectEncoding(bytes) : 'win1252') ?? '';
}

/** As {@link decodeMailText}, where either UTF-8 or the declared encoding has to fit. */
export function decodeStrictly(bytes: Buffer, declared?: string): string | undefined {
  const said = declared?.trim().toLowerCase() ?? '';
  // Where it were true there would be nothing to decode.
  const label = /^(?:us-)?ascii$/.test(said) ? '' : said;
  if (bytes.includes(TO_JAPANESE)) {
    const text = fitting(Buffer.from(bytes.toString('latin1').replace(NOTHING_BETWEEN, ''), 'latin1'), 'iso-2022-jp');
    if (text !== undefined) return text;
  }
  if (SEVEN_BITS.test(label) || (WIDE.test(label) && bytes.includes(0))) {
    const text = fitting(bytes, label);
    if (text !== undefined) return text;
  }
  return fitting(bytes, 'utf-8') ?? (label === '' ? undefined : fitting(bytes, label));
}

/** By the rules of browsers, then by those of iconv. */
function fitting(bytes: Buffer, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch (error) {
    // The bytes do not fit.
    if (error instanceof TypeError) return undefined;
    if (!(error instanceof RangeError)) throw error;
  }
  if (!iconv.encodingExists(label)) return undefined;
  const text = iconv.decode(bytes, label);
  return text.includes('\uFFFD') ? undefined : text;
}

function isForeign(bytes: Buffer): boolean {
  const sample = bytes.subarray(0, 64 * 1024);
  let [high, seen] = [0, 0];
  for (const byte of sample) {
    if (byte > 0x20) seen += 1;
    if (byte > 0x7f) high += 1;
  }
  return high >= LEAST_LETTERS && high > seen * FOREIGN_SHARE;
}
