import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import type { Ocr } from '#shared/ports/ocr.ts';
import type { ExtractedPage, ReaderTools } from '../format.ts';
import { toPagePicture } from '../image/page-picture.ts';
import { countLetters } from '../ocr/legibility.ts';
import { readPicture } from '../ocr/read-picture.ts';
import { renderPage } from './render-page.ts';

/** A page with this many letters is a page of text; scanners and programs that join scans stamp fewer on a picture. */
const STAMP_LETTERS = 80;
/** A picture of this many pixels may be a scan: a quarter of a page at 100 dpi has 240,000. */
const SCAN_PIXELS = 300_000;
/** The words in the picture are the page's text where they are this many times those that the file tells itself. */
const MORE_THAN_STAMP = 2;

/** What reading a page as a picture makes of it. */
export interface ScannedPage {
  page: ExtractedPage;
  warnings: string[];
}

/**
 * Reads what a page shows, where the file itself tells no text or next to none.
 * @param told the page as far as the file tells it
 * @returns `told` for pages of text and for empty ones
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function readScan(
  { ocr, pictureTimeoutMs }: Pick<ReaderTools, 'pictureTimeoutMs'> & { ocr: Ocr },
  proxy: PDFPageProxy,
  told: ExtractedPage,
): Promise<ScannedPage> {
  const toldLetters = countLetters(told.text);
  if (toldLetters >= STAMP_LETTERS) return { page: told, warnings: [] };
  if (toldLetters > 0 && !(await showsScan(proxy))) return { page: told, warnings: [] };
  const raster = await renderPage(proxy);
  if (!raster) return { page: told, warnings: [] };
  const picture = await toPagePicture(raster);
  const read = await readPicture(ocr, raster, pictureTimeoutMs);
  if (read && countLetters(read.text) > toldLetters * MORE_THAN_STAMP) {
    const { text, words } = read;
    return { page: { ...told, text, headings: [], picture, place: { kind: 'picture', words } }, warnings: [] };
  }
  const missing = read
    ? `No text was found in the picture on page ${told.number}.`
    : `The picture on page ${told.number} could not be read within the time limit.`;
  return { page: { ...told, picture }, warnings: toldLetters > 0 ? [] : [missing] };
}

/** Whether the page draws a picture that is large enough to be a scan. */
async function showsScan(proxy: PDFPageProxy): Promise<boolean> {
  const { OPS } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  const { fnArray, argsArray } = await proxy.getOperatorList();
  return fnArray.some((operator, at) => {
    const args: unknown[] = argsArray[at] ?? [];
    if (operator === OPS.paintImageXObject) return Number(args[1]) * Number(args[2]) >= SCAN_PIXELS;
    if (operator !== OPS.paintImageMaskXObject && operator !== OPS.paintInlineImageXObject) return false;
    const [mask] = args as { width?: number; height?: number }[];
    return (mask?.width ?? 0) * (mask?.height ?? 0) >= SCAN_PIXELS;
  });
}
