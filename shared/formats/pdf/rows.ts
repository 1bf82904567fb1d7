import { gapBetween, isMarker } from './line-up.ts';
import type { Line, Segment } from './lines.ts';

/** A gap of this many ems separates two things, e.g. the two ends of a running head. */
const WIDE_GAP_EMS = 3;

export interface Row {
  line: Line;
  text: string;
}

/** Writes each line as text: wide gaps as a tab, a table row by row. */
export function toRows(lines: readonly Line[]): Row[] {
  return lines.map((line) => {
    if (line.table) return { line, text: line.table.rows.map((row) => row.text).join('\n') };
    let text = '';
    line.segments.forEach((segment, at) => {
      const before = line.segments[at - 1];
      text += before ? separator(before, segment, at, line.size) + segment.text : segment.text;
    });
    return { line, text };
  });
}

function separator(before: Segment, after: Segment, at: number, size: number): string {
  if (isMarker(before, at)) return ' ';
  const [from, to] = gapBetween(before, after);
  return to - from > WIDE_GAP_EMS * size ? '\t' : ' ';
}
