import type { Ocr } from '#shared/ports/ocr.ts';
import type { Raster } from '../image/raster.ts';
import { toGrey } from './grey-image.ts';
import { type PictureText, toPictureText } from './page-text.ts';
import { readWords } from './read-words.ts';

/**
 * The text in a picture; empty where nothing is written.
 * @returns undefined when it could not be read in time
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function readPicture(ocr: Ocr, raster: Raster, timeoutMs: number): Promise<PictureText | undefined> {
  const paragraphs = await readWords(ocr, toGrey(raster), Date.now() + timeoutMs);
  return paragraphs && toPictureText(paragraphs, raster);
}
