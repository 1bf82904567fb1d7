import type { Line, Segment } from './lines.ts';

/** Ends of cells in one column differ by no more than this many points from row to row. */
const ALIGNED = 2.5;
/** An unaligned gap of this many ems still separates two things, e.g. the two ends of a running head. */
const WIDE_GAP_EMS = 3;
const LIST_MARKER = /^(?:[•●▪◦‣∙·–—*o-]|\(?(?:\d{1,3}|\p{L}|[ivxlIVXL]{1,5})[.)])$/u;

export interface Row {
  line: Line;
  text: string;
  /** Whether neighbours line up with it as rows of one table. */
  tabular: boolean;
}

/** Writes each line as text: the cells of a table row parted by ` | `, other wide gaps by a tab. */
export function toRows(lines: readonly Line[]): Row[] {
  const aligned = lines.map((line, index) => alignsWithNeighbour(lines, line, index));
  return lines.map((line, index) => {
    if (line.table) return { line, text: line.table.rows.map((row) => row.text).join('\n'), tabular: true };
    // Rows with centred or empty cells may line up with nothing, but they stand among others that do.
    const amongRows = line.segments.length > 2 && (aligned[index - 1] === true || aligned[index + 1] === true);
    const tabular = aligned[index] === true || amongRows;
    let text = '';
    line.segments.forEach((segment, at) => {
      const before = line.segments[at - 1];
      text += before ? separator(before, segment, at, line.size, tabular) + segment.text : segment.text;
    });
    return { line, text, tabular };
  });
}

/** One column in line with the row above or below is enough. */
function alignsWithNeighbour(lines: readonly Line[], line: Line, index: number): boolean {
  const neighbours = [lines[index - 1], lines[index + 1]].filter((other) => other !== undefined);
  return line.segments.some((segment, at) => {
    const before = line.segments[at - 1];
    if (before === undefined || isMarker(before, at)) return false;
    return neighbours.some((other) => linesUp(before, segment, other));
  });
}

function separator(before: Segment, after: Segment, at: number, size: number, tabular: boolean): string {
  if (isMarker(before, at)) return ' ';
  if (tabular) return ' | ';
  return gap(before, after) > WIDE_GAP_EMS * size ? '\t' : ' ';
}

/** The bullet or number of a list item stands apart from it, but is no cell. `at` is the index of what follows it. */
function isMarker(segment: Segment, at: number): boolean {
  return at === 1 && LIST_MARKER.test(segment.text);
}

/**
 * Whether another line has a gap at the same place, followed by cells that begin, end or are centred alike, or after
 * cells that end alike. That those begin alike says nothing: every line begins at the margin.
 */
function linesUp(before: Segment, after: Segment, other: Line): boolean {
  return other.segments.some((segment, at) => {
    const previous = other.segments[at - 1];
    if (!previous || isMarker(previous, at)) return false;
    return (
      gapsMeet([before, after], [previous, segment]) &&
      (alike(after, segment) || Math.abs(before.x1 - previous.x1) <= ALIGNED)
    );
  });
}

function alike(a: Segment, b: Segment): boolean {
  return (
    Math.abs(a.x0 - b.x0) <= ALIGNED ||
    Math.abs(a.x1 - b.x1) <= ALIGNED ||
    Math.abs(a.x0 + a.x1 - b.x0 - b.x1) <= 2 * ALIGNED
  );
}

function gapsMeet(a: readonly [Segment, Segment], b: readonly [Segment, Segment]): boolean {
  const [aFrom, aTo] = gapBetween(...a);
  const [bFrom, bTo] = gapBetween(...b);
  return Math.min(aTo, bTo) > Math.max(aFrom, bFrom);
}

/** Left and right end of the white between two segments, whichever stands left. */
function gapBetween(a: Segment, b: Segment): [number, number] {
  return a.x0 <= b.x0 ? [a.x1, b.x0] : [b.x1, a.x0];
}

function gap(a: Segment, b: Segment): number {
  const [from, to] = gapBetween(a, b);
  return to - from;
}
