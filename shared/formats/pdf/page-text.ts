import type { Heading } from '../format.ts';
import { readingRegions } from './columns.ts';
import type { Fragment } from './fragment.ts';
import { findGrids } from './grids.ts';
import { hasSpacedLetters, joinSpacedLetters } from './letter-spacing.ts';
import { toLines } from './lines.ts';
import type { PageDrawing } from './page-drawing.ts';
import { toRegionText } from './paragraphs.ts';
import { toRows } from './rows.ts';
import { takeRuledTables } from './ruled-tables.ts';
import { turnRules } from './rules.ts';
import { withSoftHyphens } from './soft-hyphens.ts';
import type { TurnedText } from './text-boxes.ts';
import { takeUnruledTables } from './unruled-tables.ts';

/** Characters of one type size that make it plain what the running text is. */
const ENOUGH_CHARS = 400;
/** The running text has this share of the characters at least, or sizes vary too much to tell (e.g. an OCR layer). */
const BODY_SHARE = 0.5;

/** Characters by type size, rounded to half a point. */
export type SizeCounts = Map<number, number>;

export function countSizes(groups: readonly (readonly Fragment[])[], counts: SizeCounts = new Map()): SizeCounts {
  for (const { size, text } of groups.flat()) {
    const rounded = Math.round(size * 2) / 2;
    counts.set(rounded, (counts.get(rounded) ?? 0) + text.length);
  }
  return counts;
}

/** The size of the running text, where it is plain. */
export function bodySizeOf(counts: SizeCounts): number | undefined {
  const all = [...counts.values()].reduce((sum, chars) => sum + chars, 0);
  const [size, chars] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  return chars >= ENOUGH_CHARS && chars >= BODY_SHARE * all ? size : undefined;
}

/**
 * The document's size makes a heading the same on every page, even on one that is mostly a table in smaller type. A page
 * whose own text is larger than the rest, such as an annex, is measured by itself: it is not all headings.
 */
export function chooseBodySize(ofPage: number | undefined, ofDocument: number | undefined): number | undefined {
  if (ofPage === undefined || ofDocument === undefined) return ofDocument ?? ofPage;
  return ofPage > ofDocument * 1.1 ? ofPage : ofDocument;
}

/** Whether what is drawn tells more of a page than its text. */
export function needsDrawing(groups: readonly (readonly Fragment[])[]): boolean {
  return hasSpacedLetters(groups) || hasCells(groups[0] ?? []);
}

/** Lays out the fragments of a page as text in reading order. */
export function toPageText(
  groups: readonly (readonly Fragment[])[],
  bodySize: number | undefined,
  drawing?: PageDrawing,
): { text: string; headings: Heading[]; boxes: TurnedText[] } {
  let text = '';
  const headings: Heading[] = [];
  const boxes: TurnedText[] = [];
  for (const group of groups) {
    const words = wholeWords(group, drawing);
    const quarterTurns = group[0]?.quarterTurns ?? 0;
    const grids = drawing ? findGrids(turnRules(drawing.rules, quarterTurns)) : [];
    for (const region of readingRegions(takeRuledTables(words, grids))) {
      const part = toRegionText(toRows(takeUnruledTables(toLines(region))), bodySize);
      if (part.text === '') continue;
      if (text !== '') text += '\n\n';
      const start = text.length;
      for (const heading of part.headings) headings.push({ ...heading, offset: heading.offset + start });
      for (const box of part.boxes) boxes.push({ ...box, offset: box.offset + start, quarterTurns });
      text += part.text;
    }
  }
  return { text, headings, boxes };
}

/**
 * Whether lines one below the other have gaps such as those between cells. Columns of text have them too, but are drawn
 * one after the other.
 */
function hasCells(fragments: readonly Fragment[]): boolean {
  return toLines(fragments).some(({ segments }, index, lines) => {
    const next = lines[index + 1]?.segments ?? [];
    if (segments.length < 2 || next.length < 2) return false;
    return (segments.at(-1)?.fragments[0]?.order ?? 0) < (next[0]?.fragments[0]?.order ?? 0);
  });
}

function wholeWords(fragments: readonly Fragment[], drawing: PageDrawing | undefined): Fragment[] {
  const drawn = drawing?.text ?? '';
  return withSoftHyphens(joinSpacedLetters(fragments, drawn), drawn);
}
