import type { Heading } from '../format.ts';
import { quantile } from './columns.ts';
import { joinHyphenated, SOFT_HYPHEN } from './hyphenation.ts';
import type { Row } from './rows.ts';
import { collectBoxes, type PlacedText } from './text-boxes.ts';

/** A blank line stands where the distance to the next line is this many times the usual one. */
const PARAGRAPH_GAP = 1.3;
/** Line pitch that is assumed where a region has too few lines to tell, in ems. */
const USUAL_PITCH_EMS = 1.25;
/** Type that differs by more than this factor does not belong to the same paragraph. */
const SIZE_STEP = 1.12;
const MAX_HEADING_CHARS = 200;

/** Text of one region, with the headings in it (offsets in this text). */
export interface RegionText {
  text: string;
  headings: Heading[];
  /** Where its paragraphs and rows stand. */
  boxes: PlacedText[];
}

/**
 * Joins rows to paragraphs parted by blank lines, puts words together that a line end had hyphenated, and finds the
 * headings: lines of clearly larger type than the body's.
 * @param bodySize size of the running text; undefined where none can be told, then there are no headings
 */
export function toRegionText(rows: readonly Row[], bodySize: number | undefined): RegionText {
  const margin = leftMargin(rows);
  const pitch = usualPitch(rows);
  const levels = rows.map((row) => headingLevel(row, bodySize, margin));
  const headings: Heading[] = [];
  const lines: string[] = [];
  const collector = collectBoxes();
  let length = 0;
  const push = (line: string): void => {
    lines.push(line);
    length += line.length + 1;
  };
  const dropSoftHyphen = (): void => {
    const last = lines.at(-1);
    if (last?.endsWith(SOFT_HYPHEN) !== true) return;
    lines[lines.length - 1] = last.slice(0, -1);
    length--;
  };
  rows.forEach((row, index) => {
    const previous = rows[index - 1];
    const level = levels[index];
    const breaks =
      previous !== undefined &&
      (level !== levels[index - 1] || isParagraphBreak(previous, row, rows[index + 1], pitch, margin));
    let text = row.text;
    const last = breaks ? undefined : lines.at(-1);
    const isProse = !row.line.table && !previous?.line.table && level === undefined;
    const joined = isProse && last !== undefined ? joinHyphenated(last, text) : undefined;
    if (joined) {
      length += joined.line.length - (last?.length ?? 0);
      lines[lines.length - 1] = joined.line;
      text = joined.rest;
    } else dropSoftHyphen();
    if (breaks) push('');
    if (level !== undefined) {
      const title = text.replaceAll(SOFT_HYPHEN, '');
      noteHeading(headings, { offset: length, level, title }, breaks || index === 0);
    }
    if (text === '') return;
    collector.line(row.line, { offset: length, length: text.length }, breaks || level !== undefined);
    push(text);
  });
  dropSoftHyphen();
  const usable = headings.filter(
    (heading) => heading.title.length <= MAX_HEADING_CHARS && /\p{L}/u.test(heading.title),
  );
  return { text: lines.join('\n'), headings: usable, boxes: collector.boxes };
}

/** A heading of several lines is one heading. */
function noteHeading(headings: Heading[], line: Heading, starts: boolean): void {
  const open = headings.at(-1);
  if (open && !starts) open.title += ` ${line.title}`;
  else headings.push(line);
}

/** Levels by the ratio to the body's size, so that they are the same on every page. */
function headingLevel(row: Row, bodySize: number | undefined, margin: number): number | undefined {
  if (bodySize === undefined || row.line.table || !/\p{L}/u.test(row.text)) return undefined;
  const ratio = row.line.size / bodySize;
  if (ratio >= 1.6) return 1;
  if (ratio >= 1.3) return 2;
  // Slightly larger type is a heading only at the margin: author lines and captions are centred.
  const atMargin = row.line.rtl || row.line.x0 - margin < row.line.size;
  return ratio >= 1.12 && atMargin && row.text.length <= MAX_HEADING_CHARS / 2 ? 3 : undefined;
}

function isParagraphBreak(previous: Row, row: Row, next: Row | undefined, pitch: number, margin: number): boolean {
  if (previous.line.table || row.line.table) return true;
  const [a, b] = [previous.line, row.line];
  const distance = b.y - a.y;
  if (distance > PARAGRAPH_GAP * Math.max(pitch, Math.min(a.size, b.size))) return true;
  if (Math.max(a.size, b.size) > SIZE_STEP * Math.min(a.size, b.size)) return true;
  return (
    isIndented(b.x0 - margin, b.size) &&
    !isIndented(a.x0 - margin, a.size) &&
    !b.rtl &&
    followedByMargin(row, next, margin)
  );
}

/** The first line of a paragraph stands further right than the line after it. */
function followedByMargin(row: Row, next: Row | undefined, margin: number): boolean {
  return next !== undefined && Math.abs(next.line.x0 - margin) < 0.5 * row.line.size;
}

function isIndented(indent: number, size: number): boolean {
  return indent > 0.7 * size && indent < 4 * size;
}

/** Where most lines begin. */
function leftMargin(rows: readonly Row[]): number {
  const counts = new Map<number, number>();
  for (const { line } of rows) {
    const x = Math.round(line.x0);
    counts.set(x, (counts.get(x) ?? 0) + 1);
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}

/** The lower quartile of the distances between lines, which holds even where most paragraphs are one line long. */
function usualPitch(rows: readonly Row[]): number {
  const distances: number[] = [];
  rows.forEach((row, index) => {
    const previous = rows[index - 1];
    const distance = previous ? row.line.y - previous.line.y : 0;
    if (distance > 0.5 * row.line.size && distance < 4 * row.line.size) distances.push(distance);
  });
  const em = quantile(
    rows.map((row) => row.line.size),
    0.5,
  );
  return distances.length >= 4 ? quantile(distances, 0.25) : USUAL_PITCH_EMS * em;
}
