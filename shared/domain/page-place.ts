import type { Box, Location } from './location.ts';

/**
 * What the text of a page belongs to, where that is more than a page number or a span of characters. Offsets are UTF-16
 * indices in the page's text, ascending; a mark holds from its offset up to the next.
 */
export type PagePlace =
  | { kind: 'slide'; slide: number }
  /** Rows are numbered as the program that wrote the sheet shows them, from 1. */
  | { kind: 'sheet'; sheet: string; rows: { offset: number; row: number }[] }
  /** The seconds of the whole page hold where nobody speaks; those of the segments are rounded to hundredths. */
  | {
      kind: 'sound';
      startSeconds: number;
      endSeconds: number;
      segments: { offset: number; startSeconds: number; endSeconds: number }[];
    }
  | { kind: 'picture'; words: WordBox[] }
  /** Paragraphs, parts of long ones, and rows of tables. */
  | { kind: 'page'; boxes: TextBox[] };

/** Where a stretch of text stands. */
export interface TextBox extends Box {
  offset: number;
  length: number;
}

/** A word that was read from a picture. */
export interface WordBox extends TextBox {
  /** 0 to 100. */
  confidence: number;
}

/** Boxes of one passage that are told at most; a dense page has about 60 lines. */
const MOST_BOXES = 200;

/** Where the characters from `start` up to `end` of a page stand; undefined when the place tells nothing about them. */
export function placeSpan(place: PagePlace, page: number, start: number, end: number): Location | undefined {
  switch (place.kind) {
    case 'slide':
      return { slide: place.slide };
    case 'sheet': {
      const rows = marksOf(place.rows, start, end);
      const first = rows[0]?.row;
      const last = rows.at(-1)?.row;
      if (first === undefined || last === undefined) return undefined;
      return { sheet: place.sheet, row: first, ...(last > first ? { lastRow: last } : {}) };
    }
    case 'sound': {
      const segments = marksOf(place.segments, start, end);
      const first = segments[0];
      const last = segments.at(-1);
      return { startSeconds: (first ?? place).startSeconds, endSeconds: (last ?? place).endSeconds };
    }
    case 'picture': {
      const words = place.words.filter(isWithin(start, end));
      return words.length === 0 ? { page } : { page, boxes: lineBoxes(words) };
    }
    case 'page': {
      const boxes = place.boxes.filter(isWithin(start, end)).slice(0, MOST_BOXES);
      if (boxes.length === 0) return { page };
      return { page, boxes: boxes.map(({ x, y, width, height }) => ({ x, y, width, height })) };
    }
  }
}

function isWithin(start: number, end: number): (box: TextBox) => boolean {
  return ({ offset, length }) => offset < end && offset + length > start;
}

/** The marks that hold somewhere between `start` and `end`. */
function marksOf<T extends { offset: number }>(marks: readonly T[], start: number, end: number): T[] {
  return marks.filter(
    (mark, index) => mark.offset < end && (marks[index + 1]?.offset ?? Number.POSITIVE_INFINITY) > start,
  );
}

/** One box a line of text: neighbours whose heights overlap by half and which go on to the right are one line. */
function lineBoxes(words: readonly WordBox[]): Box[] {
  const lines: Box[] = [];
  for (const word of words) {
    const line = lines.at(-1);
    if (line && isSameLine(line, word)) grow(line, word);
    else lines.push({ x: word.x, y: word.y, width: word.width, height: word.height });
  }
  return lines.slice(0, MOST_BOXES);
}

function isSameLine(line: Box, word: Box): boolean {
  const shared = Math.min(line.y + line.height, word.y + word.height) - Math.max(line.y, word.y);
  return shared >= Math.min(line.height, word.height) / 2 && word.x >= line.x;
}

function grow(line: Box, word: Box): void {
  const right = Math.max(line.x + line.width, word.x + word.width);
  const bottom = Math.max(line.y + line.height, word.y + word.height);
  line.x = Math.min(line.x, word.x);
  line.y = Math.min(line.y, word.y);
  line.width = right - line.x;
  line.height = bottom - line.y;
}
