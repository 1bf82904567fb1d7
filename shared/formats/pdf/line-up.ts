import type { Line, Segment } from './lines.ts';

/** Ends of cells in one column differ by no more than this many points from row to row. */
const ALIGNED = 2.5;
const LIST_MARKER = /^(?:[•●▪◦‣∙·–—*o-]|\(?(?:\d{1,3}|\p{L}|[ivxlIVXL]{1,5})[.)])$/u;

/** The bullet or number of a list item stands apart from it, but is no cell. `at` is the index of what follows it. */
export function isMarker(segment: Segment, at: number): boolean {
  return at === 1 && LIST_MARKER.test(segment.text);
}

/** Whether one column of a line at least is in line with another's. */
export function lineUp(line: Line, other: Line): boolean {
  return line.segments.some((segment, at) => {
    const before = line.segments[at - 1];
    return before !== undefined && !isMarker(before, at) && linesUp(before, segment, other);
  });
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
export function gapBetween(a: Segment, b: Segment): [number, number] {
  return a.x0 <= b.x0 ? [a.x1, b.x0] : [b.x1, a.x0];
}
