import type { Ocr, OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';
import { toGrey } from '../ocr/grey-image.ts';
import { countLetters } from '../ocr/legibility.ts';
import { type PictureText, toPictureText } from '../ocr/page-text.ts';
import { readWords } from '../ocr/read-words.ts';
import { addTyped, onPicture, typedLines, withoutTyped } from './merge-typed.ts';
import { pictureAreas } from './picture-areas.ts';
import { placeRuns } from './place-runs.ts';
import type { PageContent } from './read-content.ts';
import type { RenderedPage } from './render-page.ts';

/** A page with this many letters is a page of text; scanners and programs that join scans stamp fewer on a picture. */
const STAMP_LETTERS = 80;
/** A picture of this many pixels may be a scan: a quarter of a page at 100 dpi has 240,000. */
const SCAN_PIXELS = 300_000;
/** From this share of its letters on, a page in fonts that do not tell their characters is read as a picture. */
const UNREADABLE_SHARE = 0.3;
const LEAST_UNREADABLE = 4;

/** Whether a page has to be read as a picture: the file tells no text, next to none beside a scan, or much that is none. */
export async function isScan(content: PageContent): Promise<boolean> {
  const told = countLetters(content.items.map(({ str }) => str).join(''));
  const unknown = content.unreadable.reduce((sum, { str }) => sum + str.trim().length, 0);
  if (unknown >= LEAST_UNREADABLE) return unknown >= UNREADABLE_SHARE * (unknown + told);
  if (told === 0) return true;
  if (told >= STAMP_LETTERS) return false;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = content.page.view;
  const { pictures } = await content.drawing();
  return pictureAreas(pictures, { x0, y0, x1, y1 }).some(({ pixels }) => pixels >= SCAN_PIXELS);
}

/**
 * Reads what a page shows, and adds what the file tells: its own words count where both say something.
 * @returns undefined when it could not be read in time; empty when nothing was found beyond what the file tells
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function readScan(
  ocr: Ocr,
  content: PageContent,
  drawn: RenderedPage,
  until: number,
): Promise<PictureText | undefined> {
  const paragraphs = await readWords(ocr, toGrey(drawn), until);
  if (!paragraphs) return undefined;
  const typed = [...typedLines(content.items, drawn.viewport), ...linesShown(content, drawn)];
  const found = withoutTyped(paragraphs, typed);
  if (found.length === 0) return { text: '', words: [] };
  return toPictureText(addRemarks(addTyped(found, typed), content, drawn), drawn);
}

/** What fields and stamps show, as lines of the drawn page. */
export function linesShown({ page, lines }: PageContent, drawn: RenderedPage): OcrWord[][] {
  return typedLines(placeRuns([], lines, page.rotate), drawn.viewport);
}

function addRemarks(read: readonly OcrParagraph[], content: PageContent, drawn: RenderedPage): OcrParagraph[] {
  const paragraphs = [...read];
  for (const { area, text } of content.remarks) {
    const box = onPicture(area, drawn.viewport);
    const words = text.split(' ').map((word) => ({ ...box, text: word, confidence: 100 }));
    const before = paragraphs.findLastIndex((lines) => lines.flat().some(({ y0 }) => y0 <= (box.y0 + box.y1) / 2));
    paragraphs.splice(before + 1, 0, [words]);
  }
  return paragraphs;
}
