import { AppError } from '#shared/errors/app-error.ts';
import type { ReaderTools } from '../format.ts';
import { openBmp } from '../image/open-bmp.ts';
import { openWithSharp } from '../image/open-raster.ts';
import type { PictureFile } from '../image/picture-file.ts';
import { isOutOfMemory } from '../sandbox/out-of-memory.ts';
import type { Parts } from '../zip/open-parts.ts';
import { readPicture } from './read-picture.ts';

/** A picture inside a document. */
export interface EmbeddedPicture {
  parts: Parts;
  part: string;
  /** How large it is shown, in square centimetres, where the document says so. */
  shownCm2: number | undefined;
}

/** What is shown smaller is an icon or a logo: a line of text across a page is 16 by 1.5 cm. */
export const LEAST_CM2 = 20;
/** Fewer pixels hold no text that could be read at that size. */
const LEAST_PIXELS = 40_000;
/** The same where it is not known how large the picture is shown. */
const LEAST_PIXELS_ALONE = 100_000;

/** Reads the words in the pictures of a document. */
export interface PictureReader {
  /** Whether a picture may show a text, by its size; those that cannot be opened are told as warnings. */
  mayShowText(picture: EmbeddedPicture): Promise<boolean>;
  /** Empty where nothing is written, or where it could not be read, which is a warning. @throws AppError RESOURCE_LIMIT */
  read(picture: EmbeddedPicture): Promise<string>;
}

export function createPictureReader(
  { ocr, pictureTimeoutMs }: Pick<ReaderTools, 'ocr' | 'pictureTimeoutMs'>,
  warn: (sentence: string) => void,
): PictureReader {
  let noModel = false;

  async function mayShowText({ parts, part, shownCm2 }: EmbeddedPicture): Promise<boolean> {
    if (shownCm2 !== undefined && shownCm2 < LEAST_CM2) return false;
    const bytes = await parts.bytes(part);
    const pixels = await countPixels(bytes);
    if (pixels === undefined) {
      const kind = /\.(\w+)$/.exec(part)?.[1]?.toLowerCase() ?? 'unknown';
      warn(`A picture of a kind that cannot be read (${kind}) was skipped.`);
      return false;
    }
    if (pixels < (shownCm2 === undefined ? LEAST_PIXELS_ALONE : LEAST_PIXELS)) return false;
    if (!ocr) warn('The document contains pictures, whose words were not read: no language for that is set up.');
    return ocr !== undefined;
  }

  async function read({ parts, part }: EmbeddedPicture): Promise<string> {
    if (!ocr || noModel) return '';
    try {
      const file = await openPicture(await parts.bytes(part));
      const texts: string[] = [];
      for (let page = 1; page <= file.pageCount; page++) {
        const found = await readPicture(ocr, await file.raster(page, warn), pictureTimeoutMs);
        if (!found) warn('A picture in the document could not be read within the time limit.');
        else if (found.text !== '') texts.push(found.text);
      }
      return texts.join('\n\n');
    } catch (error) {
      if (isOutOfMemory(error)) throw error;
      if (error instanceof AppError && error.code === 'RESOURCE_LIMIT') throw error;
      const reason = error instanceof Error ? error.message : String(error);
      noModel = error instanceof AppError && error.code === 'MODEL_UNAVAILABLE';
      // Other than a scan, the document has a text of its own, which is good without its pictures.
      warn(
        noModel
          ? `The words in the document's pictures were not read: ${reason}`
          : `A picture in the document could not be read: ${reason}`,
      );
      return '';
    }
  }

  return { mayShowText, read };
}

function openPicture(bytes: Buffer): Promise<PictureFile> {
  return bytes.toString('latin1', 0, 2) === 'BM' ? openBmp(bytes) : openWithSharp(bytes);
}

/** By the picture's header; undefined for what is no picture of pixels, such as a drawing (EMF). */
async function countPixels(bytes: Buffer): Promise<number | undefined> {
  if (bytes.toString('latin1', 0, 2) === 'BM' && bytes.length >= 26) {
    return Math.abs(bytes.readInt32LE(18) * bytes.readInt32LE(22));
  }
  const { loadSharp } = await import('../image/load-sharp.ts');
  const sharp = await loadSharp();
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    return width * height;
  } catch (error) {
    if (isOutOfMemory(error)) throw error;
    return undefined;
  }
}
