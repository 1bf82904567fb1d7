import type { Heading } from '#shared/formats/format.ts';
import type { Cuttable } from './cut.ts';

/** The smallest piece that is kept whole where it fits: a heading, a sentence, a table row, a list item. */
export interface Unit {
  /** UTF-16 span in the page's text; the white space after it belongs to it, so units follow each other without gaps. */
  start: number;
  end: number;
  heading: boolean;
  /** Whether a paragraph, row or item begins here. */
  startsBlock: boolean;
}

/** One for all: to make one takes longer than to cut a line. */
const SENTENCES = new Intl.Segmenter('und', { granularity: 'sentence' });
const BLANK_LINES = /\n[^\S\n]*\n\s*/g;
const ROW = /^\s*\||\s\|\s|\t/;
const ITEM = /^\s*(?:[-*+•●▪◦‣–]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s/;

/** Cuts a section of a page (up to the next heading) into units. White space alone is no unit. */
export function toUnits(source: Cuttable, start: number, end: number, heading: Heading | undefined): Unit[] {
  const { text } = source;
  const units: Unit[] = [];
  const bodyStart = heading ? endOfHeading(text, start, end, heading.title) : start;
  if (heading) units.push({ start, end: bodyStart, heading: true, startsBlock: true });
  for (const block of blocks(text, bodyStart, end)) {
    sentences(text, block).forEach((span, index) => {
      const last = units.at(-1);
      const blank = text.slice(span.start, span.end).trim() === '';
      if (blank && last) last.end = span.end;
      else if (!blank) units.push({ ...span, heading: false, startsBlock: index === 0 });
    });
  }
  const first = units[0];
  if (first) first.start = start;
  return atLetters(source, units);
}

/** White space may carry an accent, and then belongs to the letter after it and not to the unit before. */
function atLetters({ graphemes }: Cuttable, units: readonly Unit[]): Unit[] {
  const starts = units.map((unit, index) =>
    index === 0 ? unit.start : (graphemes.containing(unit.start)?.index ?? unit.start),
  );
  return units
    .map((unit, index) => ({ ...unit, start: starts[index] ?? unit.start, end: starts[index + 1] ?? unit.end }))
    .filter((unit) => unit.end > unit.start);
}

/** A heading ends with its line, or with the last of its lines where its title spans several. */
function endOfHeading(text: string, start: number, end: number, title: string): number {
  let at = start;
  do {
    const newline = text.indexOf('\n', at);
    if (newline === -1 || newline + 1 >= end) return end;
    at = newline + 1;
  } while (text.slice(start, at).trim().length < title.length && text.charAt(at) !== '\n');
  // The underline of a Markdown heading belongs to it.
  const underline = /^[=-]+[ \t]*(?:\n|$)/.exec(text.slice(at, Math.min(end, at + 200)));
  return underline ? at + underline[0].length : at;
}

interface Span {
  start: number;
  end: number;
  /** A table row, which is not cut into sentences. */
  row?: boolean;
}

/** Paragraphs, and in them each table row and list item. */
function blocks(text: string, start: number, end: number): Span[] {
  const paragraphs = cutAfter(text, start, end, BLANK_LINES);
  return paragraphs.flatMap((paragraph) => {
    const result: Span[] = [];
    for (const line of cutAfter(text, paragraph.start, paragraph.end, /\n/g)) {
      const words = text.slice(line.start, Math.min(line.end, line.start + 2000));
      const row = ROW.test(words);
      const last = result.at(-1);
      if (last && !last.row && !row && !ITEM.test(words)) last.end = line.end;
      else result.push({ ...line, row });
    }
    return result;
  });
}

function sentences(text: string, block: Span): { start: number; end: number }[] {
  if (block.row) return [{ start: block.start, end: block.end }];
  // A line break ends a sentence for the segmenter, but not in a paragraph; a space is just as long.
  const flat = text.slice(block.start, block.end).replace(/\n/g, ' ');
  const segments = SENTENCES.segment(flat);
  return Array.from(segments, ({ index, segment }) => ({
    start: block.start + index,
    end: block.start + index + segment.length,
  }));
}

function cutAfter(text: string, start: number, end: number, separator: RegExp): Span[] {
  const spans: Span[] = [];
  let from = start;
  for (const match of text.slice(start, end).matchAll(separator)) {
    const to = start + match.index + match[0].length;
    spans.push({ start: from, end: to });
    from = to;
  }
  if (from < end) spans.push({ start: from, end });
  return spans;
}
