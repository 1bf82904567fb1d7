import { type FileHandle, open } from 'node:fs/promises';
import type { PictureSize } from '../image/raster.ts';

/** A picture in a PDF, as the file itself tells of it, where it is no part of anything compressed. */
export interface LargePicture extends PictureSize {
  /** What its memory depends on: a JPEG can be made smaller, one bit a pixel takes little, and all others much. */
  kind: 'jpeg' | 'one-bit' | 'other';
  /** Where in the file its dictionary begins. */
  start: number;
  /** Where in the file its bytes lie, the end not included; of others than JPEGs only where they begin. */
  streamStart: number;
  streamEnd: number;
}

const BLOCK_BYTES = 4 * 1024 ** 2;
/** A dictionary and the words around it are shorter than that. */
const OVERLAP_BYTES = 8 * 1024;
const DICTIONARY = /\bobj\s*(<<(?:(?!endobj|stream).){0,4000}?>>)\s*stream\r?\n/gs;
const END_OF_STREAM = 'endstream';
const JPEG_BEGINS = Buffer.from([0xff, 0xd8]);
/** Of the filters a stream went through, the last is the picture's own. */
const ONE_BIT_FILTER = /(CCITTFaxDecode|CCF|JBIG2Decode)\W*$/;

/**
 * Finds the pictures of more than so many pixels by looking through the bytes: what the library tells of a picture it
 * tells after decoding it. Streams always stand in the file itself, never in something compressed.
 * @returns undefined where the size of a picture is told elsewhere in the file
 */
export async function findLargePictures(
  file: FileHandle,
  size: number,
  mostPixels: number,
): Promise<LargePicture[] | undefined> {
  const found: LargePicture[] = [];
  const block = Buffer.alloc(Math.min(size, BLOCK_BYTES));
  for (let at = 0; at < size; at += BLOCK_BYTES - OVERLAP_BYTES) {
    const { bytesRead } = await file.read(block, 0, block.length, at);
    const bytes = block.subarray(0, bytesRead);
    if (!bytes.includes('/Image')) continue;
    for (const match of bytes.toString('latin1').matchAll(DICTIONARY)) {
      const [whole, dictionary = ''] = match;
      const isNext = match.index >= BLOCK_BYTES - OVERLAP_BYTES;
      if (isNext || !/\/Subtype\s*\/Image\b/.test(dictionary)) continue;
      const [width, height] = [numberOf(dictionary, 'Width'), numberOf(dictionary, 'Height')];
      if (width === undefined || height === undefined) return undefined;
      if (width * height <= mostPixels) continue;
      const start = at + match.index + whole.indexOf('<<');
      const streamStart = at + match.index + whole.length;
      found.push({ width, height, start, streamStart, ...(await streamOf(file, dictionary, streamStart)) });
    }
  }
  return found;
}

/** Whether a PDF has any pictures but those of some pixels in its text: what says so is never part of something compressed. */
export async function mayHavePictures(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let at = 0; ; at += BLOCK_BYTES - OVERLAP_BYTES) {
      const { bytesRead } = await file.read(block, 0, block.length, at);
      const bytes = block.subarray(0, bytesRead);
      // Not `/ImageC`, with which programs say what a printer must know.
      if (bytes.includes('/Image') && /\/Image\b/.test(bytes.toString('latin1'))) return true;
      if (bytesRead < block.length) return false;
    }
  } finally {
    await file.close();
  }
}

/** @returns undefined where the number is absent or told elsewhere */
function numberOf(dictionary: string, name: string): number | undefined {
  const digits = new RegExp(`/${name}\\s+(\\d+)\\b(?!\\s+\\d+\\s+R)`).exec(dictionary)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

async function streamOf(
  file: FileHandle,
  dictionary: string,
  start: number,
): Promise<Pick<LargePicture, 'kind' | 'streamEnd'>> {
  const other = { kind: 'other', streamEnd: start } as const;
  const filter = /\/Filter\s*(\[[^\]]*\]|\/\w+)/.exec(dictionary)?.[1] ?? '';
  const isOneBit = ONE_BIT_FILTER.test(filter) || /\/ImageMask\s+true/.test(dictionary);
  if (isOneBit || numberOf(dictionary, 'BitsPerComponent') === 1) return { kind: 'one-bit', streamEnd: start };
  if (!/^\[?\s*\/(DCTDecode|DCT)\s*\]?$/.test(filter) || dictionary.includes('/ColorTransform')) return other;
  // Of an encrypted document they are no JPEG yet.
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, start);
  const streamEnd = buffer.equals(JPEG_BEGINS) ? await endOfStream(file, dictionary, start) : undefined;
  return streamEnd === undefined ? other : { kind: 'jpeg', streamEnd };
}

async function endOfStream(file: FileHandle, dictionary: string, start: number): Promise<number | undefined> {
  const length = numberOf(dictionary, 'Length');
  if (length !== undefined) return start + length;
  const block = Buffer.alloc(BLOCK_BYTES);
  for (let at = start; ; at += BLOCK_BYTES - END_OF_STREAM.length) {
    const { bytesRead } = await file.read(block, 0, block.length, at);
    const found = block.subarray(0, bytesRead).indexOf(END_OF_STREAM);
    if (found !== -1) return at + found;
    if (bytesRead < BLOCK_BYTES) return undefined;
  }
}
