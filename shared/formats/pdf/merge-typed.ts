import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { PageViewport } from 'pdfjs-dist/types/src/display/page_viewport.js';
import type { OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';
import { type Area, areaOf, around } from './area.ts';

/** How sure the words are that the file itself tells. */
const CERTAIN = 100;
/** By how much of its height the place of a word may be off; what was read there is the same word. */
const SLACK = 0.3;

/** The words of runs, with their places in the drawn page; a line each. */
export function typedLines(items: readonly TextItem[], viewport: PageViewport): OcrWord[][] {
  const runs = items
    .filter(({ str }) => str.trim() !== '')
    .map((item) => ({ text: item.str, box: onPicture(areaOf(item), viewport) }))
    .sort((a, b) => a.box.y1 - b.box.y1);
  const lines: { y1: number; words: OcrWord[] }[] = [];
  for (const { text, box } of runs) {
    const last = lines.at(-1);
    const words = wordsOf(text, box);
    if (last && box.y1 - last.y1 < 0.4 * (box.y1 - box.y0)) last.words.push(...words);
    else lines.push({ y1: box.y1, words });
  }
  return lines.map(({ words }) => words.sort((a, b) => a.x0 - b.x0));
}

/** Where an area of the page lies in its drawing, `y` growing downwards. */
export function onPicture({ x0, y0, x1, y1 }: Area, viewport: PageViewport): Area {
  const corners = [viewport.convertToViewportPoint(x0, y0), viewport.convertToViewportPoint(x1, y1)];
  return around(corners.map(([x, y]) => [Number(x), Number(y)]));
}

function wordsOf(text: string, box: Area): OcrWord[] {
  const each = (box.x1 - box.x0) / text.length;
  // Along the line where it runs to the right; of others each word has the place of all.
  const isAcross = box.x1 - box.x0 >= box.y1 - box.y0 || text.length < 3;
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({
    text: word,
    confidence: CERTAIN,
    y0: box.y0,
    y1: box.y1,
    x0: isAcross ? box.x0 + index * each : box.x0,
    x1: isAcross ? box.x0 + (index + word.length) * each : box.x1,
  }));
}

/** Leaves out what was read where the file itself tells the words. */
export function withoutTyped(
  paragraphs: readonly OcrParagraph[],
  typed: readonly (readonly OcrWord[])[],
): OcrParagraph[] {
  const known = typed.flat().sort((a, b) => a.y0 - b.y0);
  const isKnown = (word: OcrWord): boolean => {
    const [x, y] = [(word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2];
    return known.some((one) => {
      const slack = SLACK * (one.y1 - one.y0);
      return x >= one.x0 - slack && x <= one.x1 + slack && y >= one.y0 - slack && y <= one.y1 + slack;
    });
  };
  return paragraphs
    .map((lines) => lines.map((line) => line.filter((word) => !isKnown(word))).filter((line) => line.length > 0))
    .filter((lines) => lines.length > 0);
}

/**
 * Adds the lines that the file tells to those that were read from the page's picture: into the line at whose height they
 * stand, or as paragraphs between the others.
 */
export function addTyped(read: readonly OcrParagraph[], typed: readonly (readonly OcrWord[])[]): OcrParagraph[] {
  const paragraphs = read.map((lines) => ({ top: topOf(lines), lines: lines.map((line) => [...line]) }));
  for (const words of typed) {
    const middle = (topOf([words]) + bottomOf([words])) / 2;
    const line = paragraphs
      .flatMap(({ lines }) => lines)
      .find((one) => topOf([one]) <= middle && bottomOf([one]) >= middle);
    if (line) {
      line.push(...words);
      line.sort((a, b) => a.x0 - b.x0);
      continue;
    }
    const next = paragraphs.findIndex(({ top }) => top >= middle);
    const own = { top: topOf([words]), lines: [[...words]] };
    if (next === -1) paragraphs.push(own);
    else paragraphs.splice(next, 0, own);
  }
  return paragraphs.map(({ lines }) => lines);
}

function topOf(lines: readonly (readonly OcrWord[])[]): number {
  return lines.flat().reduce((top, { y0 }) => Math.min(top, y0), Number.POSITIVE_INFINITY);
}

function bottomOf(lines: readonly (readonly OcrWord[])[]): number {
  return lines.flat().reduce((bottom, { y1 }) => Math.max(bottom, y1), Number.NEGATIVE_INFINITY);
}
