import { analyse } from 'chardet';
import iconv from 'iconv-lite';
import { withoutTerminalCodes } from './terminal-codes.ts';

/** Bytes that are looked at to name an encoding; more costs time and changes nothing. */
const SAMPLE_BYTES = 64 * 1024;

/**
 * Turns the bytes of a text file into a string, whatever the encoding: BOM, UTF-8, UTF-16 without BOM, then a guess.
 * @param declared what the file itself calls its encoding; believed only where the bytes leave it open
 */
export function decodeText(bytes: Uint8Array, declared?: string): string {
  return iconv.decode(bytes, detectEncoding(bytes, declared), { stripBOM: true });
}

/** Name of the encoding, as iconv-lite knows it. Exported for its test. */
export function detectEncoding(bytes: Uint8Array, declared?: string): string {
  const plain = encodingOfBom(bytes) ?? utf16WithoutBom(bytes) ?? (isUtf8(bytes) ? 'utf8' : undefined);
  if (plain !== undefined) return plain;
  const isUseful = declared !== undefined && iconv.encodingExists(declared) && !/^(?:utf|ucs|unicode)/i.test(declared);
  return isUseful ? declared : guess(bytes);
}

export function encodingOfBom(bytes: Uint8Array): string | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'utf32-le' : 'utf16le';
  if (a === 0xfe && b === 0xff) return 'utf16-be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf32-be';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf8';
  return undefined;
}

/**
 * UTF-16 text in Latin letters has zero bytes at even or at odd places only, where binary data has them at both. In
 * other scripts both sides may have some, but spaces and line ends come out right in one byte order alone. What it
 * decodes to must look like text as well.
 */
export function utf16WithoutBom(bytes: Uint8Array): 'utf16le' | 'utf16-be' | undefined {
  const sample = bytes.subarray(0, Math.min(SAMPLE_BYTES, bytes.length - (bytes.length % 2)));
  if (sample.length < 4 || !sample.includes(0)) return undefined;
  const [even, odd] = [countZeros(sample, 0), countZeros(sample, 1)];
  if (isTextWithStrayZeros(sample, even + odd)) return undefined;
  const little = iconv.decode(sample, 'utf16le');
  const big = iconv.decode(sample, 'utf16-be');
  const enough = sample.length * 0.01;
  if (odd >= enough && even <= odd * 0.02) return looksLikeText(little) ? 'utf16le' : undefined;
  if (even >= enough && odd <= even * 0.02) return looksLikeText(big) ? 'utf16-be' : undefined;
  const [littleGaps, bigGaps] = [countGaps(little), countGaps(big)];
  if (littleGaps >= little.length * 0.01 && bigGaps === 0 && looksLikeText(little)) return 'utf16le';
  if (bigGaps >= big.length * 0.01 && littleGaps === 0 && looksLikeText(big)) return 'utf16-be';
  return undefined;
}

/**
 * Plain text in which some program left a few NULs. UTF-16 has a zero for every Latin letter, and in other scripts its
 * high bytes are control characters.
 */
function isTextWithStrayZeros(sample: Uint8Array, zeros: number): boolean {
  if (zeros >= sample.length * 0.2) return false;
  const bytes = sample.filter((byte) => byte !== 0);
  const text = iconv.decode(bytes, 'windows-1252');
  // In a short text two control characters are more than a share; plain ASCII it is all the same, or UTF-8.
  return looksLikeText(text) || (isUtf8(bytes) && looksLikeText(wholeLetters(bytes), MOST_STRAY));
}

/** UTF-8 whose last letter may be cut. */
function wholeLetters(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes, { stream: true });
}

function countZeros(bytes: Uint8Array, parity: 0 | 1): number {
  let zeros = 0;
  for (let i = parity; i < bytes.length; i += 2) if (bytes[i] === 0) zeros++;
  return zeros;
}

/** Spaces, line ends and the full stops of East Asia. */
function countGaps(text: string): number {
  return text.match(/[ \n\u3000-\u3002]/g)?.length ?? 0;
}

/** No invalid sequence; one that the end cuts is forgiven where others are whole (`caf\xe9` is Latin-1). */
export function isUtf8(bytes: Uint8Array): boolean {
  return isStrictUtf8(bytes, false) || (isStrictUtf8(bytes, true) && bytes.subarray(0, -3).some((byte) => byte > 0x7f));
}

function isStrictUtf8(bytes: Uint8Array, cut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

const ODD = /(?![\t\n\v\f\r])[\p{Cc}\uFFFD\uFFFE\uFFFF\p{Surrogate}\p{Unassigned}]/gu;

/** Control characters that careless programs leave in a text, however short: the end mark of DOS is one. */
export const MOST_STRAY = 2;

/**
 * At most 1 % of control characters, replacement characters and the like. Colours of a terminal do not count.
 * @param stray as many are forgiven in any text, up to a tenth of it
 */
export function looksLikeText(text: string, stray = 0): boolean {
  const odd = withoutTerminalCodes(text).match(ODD)?.length ?? 0;
  return odd <= Math.max(text.length * 0.01, Math.min(stray, text.length * 0.1));
}

/** ISO-8859-1 proper has control characters where Windows has quotes and dashes; browsers read it as 1252 too. */
const LATIN_1 = ['ISO-8859-1', 'ASCII', 'UTF-8'];

function guess(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const guesses = analyse(sample);
  const fitting = guesses.find(
    ({ name, confidence }) =>
      confidence >= 15 &&
      !LATIN_1.includes(name) &&
      iconv.encodingExists(name) &&
      !iconv.decode(sample, name).includes('\uFFFD'),
  );
  const latin = guesses.find(({ name }) => name === 'ISO-8859-1');
  return fitting && fitting.confidence > (latin?.confidence ?? 0) ? fitting.name : 'windows-1252';
}
