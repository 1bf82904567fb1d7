import type { GreyImage, Ocr, OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';
import { toGrey } from '../ocr/grey-image.ts';
import { toPictureText } from '../ocr/page-text.ts';
import { readWords } from '../ocr/read-words.ts';
import type { Area } from './area.ts';
import type { AreaToRead } from './areas-to-read.ts';
import type { AreaText } from './lay-out-page.ts';
import { isLikelyText } from './likely-text.ts';
import { onPicture, typedLines, withoutTyped } from './merge-typed.ts';
import type { PageContent } from './read-content.ts';
import type { RenderedPage } from './render-page.ts';

export interface AreasRead {
  read: AreaText[];
  /** What could not be read in time. */
  late: number;
}

/**
 * Reads parts of a drawn page, without the words that the file itself tells there.
 * @param until when to give up, in ms since the epoch
 * @throws AppError MODEL_UNAVAILABLE
 */
export async function readAreas(
  ocr: Ocr,
  { items, lines }: Pick<PageContent, 'items'> & { lines: readonly OcrWord[][] },
  drawn: RenderedPage,
  areas: readonly AreaToRead[],
  until: number,
): Promise<AreasRead> {
  const grey = toGrey(drawn);
  const typed = [...typedLines(items, drawn.viewport), ...lines];
  const read: AreaText[] = [];
  let late = 0;
  for (const { area, isText } of areas) {
    const part = cut(grey, onPicture(area, drawn.viewport));
    if (!isText && !isLikelyText(part.image)) continue;
    const paragraphs = await readWords(ocr, part.image, until);
    if (!paragraphs) {
      late++;
      continue;
    }
    const moved = move(paragraphs, part.x, part.y);
    const { text, words } = toPictureText(withoutTyped(moved, typed), drawn);
    if (text !== '') read.push({ area, text, words });
  }
  return { read, late };
}

function cut({ width, height, pixels }: GreyImage, area: Area): { image: GreyImage; x: number; y: number } {
  const [x, y] = [Math.max(0, Math.floor(area.x0)), Math.max(0, Math.floor(area.y0))];
  const own = {
    width: Math.max(0, Math.min(width, Math.ceil(area.x1)) - x),
    height: Math.max(0, Math.min(height, Math.ceil(area.y1)) - y),
  };
  const image = { ...own, pixels: new Uint8Array(own.width * own.height) };
  for (let row = 0; row < own.height; row++) {
    const from = (y + row) * width + x;
    image.pixels.set(pixels.subarray(from, from + own.width), row * own.width);
  }
  return { image, x, y };
}

function move(paragraphs: readonly OcrParagraph[], x: number, y: number): OcrParagraph[] {
  return paragraphs.map((lines) =>
    lines.map((line) =>
      line.map((word) => ({ ...word, x0: word.x0 + x, x1: word.x1 + x, y0: word.y0 + y, y1: word.y1 + y })),
    ),
  );
}
