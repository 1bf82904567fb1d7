import type { Fragment } from './fragment.ts';
import { joinWords } from './join-words.ts';
import type { Table } from './table.ts';

/** Fragments on one baseline that belong together, in reading order. */
export interface Segment {
  text: string;
  /** From left to right. */
  fragments: readonly Fragment[];
  x0: number;
  x1: number;
}

export interface Line {
  segments: Segment[];
  /** Instead of segments. */
  table?: Table;
  x0: number;
  x1: number;
  y: number;
  /** Size of most of its characters. */
  size: number;
  rtl: boolean;
}

/** A raised or lowered mark still belongs to its line when its baseline is this near, in ems of the larger type. */
const SAME_LINE_EMS = 0.45;
/** Lines of more, one over the other, are no text. */
const MOST_FRAGMENTS = 1_000;
/** From this gap on (in ems) two pieces of a line may be cells. Justified text has gaps up to about 1.4. */
const CELL_GAP_EMS = 1;

/** The lines of a region from top to bottom. */
export function toLines(fragments: readonly Fragment[]): Line[] {
  const tables: Line[] = [];
  const open: { fragments: Fragment[]; y: number; size: number; end: number }[] = [];
  for (const fragment of [...fragments].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    if (fragment.table) {
      tables.push({ ...fragment, table: fragment.table, segments: [] });
      continue;
    }
    const line = open
      .slice(-3)
      .findLast(
        (candidate) =>
          fragment.y - candidate.y <= SAME_LINE_EMS * Math.max(fragment.size, candidate.size) &&
          (fragment.x0 >= candidate.end ||
            (candidate.fragments.length < MOST_FRAGMENTS &&
              !candidate.fragments.some((other) => overlaps(other, fragment)))),
      );
    if (!line) {
      open.push({ fragments: [fragment], y: fragment.y, size: fragment.size, end: fragment.x1 });
    } else {
      line.fragments.push(fragment);
      line.end = Math.max(line.end, fragment.x1);
      if (fragment.size > line.size) {
        line.size = fragment.size;
        line.y = fragment.y;
      }
    }
  }
  return [...tables, ...open.map((line) => toLine(line.fragments, line.y))].sort((a, b) => a.y - b.y);
}

function overlaps(a: Fragment, b: Fragment): boolean {
  const shared = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  return shared > 0.3 * Math.min(a.x1 - a.x0, b.x1 - b.x0) && shared > 0.5;
}

function toLine(fragments: readonly Fragment[], y: number): Line {
  const byPlace = [...fragments].sort((a, b) => a.x0 - b.x0);
  const rtl = isRightToLeft(byPlace);
  const size = dominantSize(byPlace);
  const segments = toSegments(byPlace, rtl, { y, size });
  return {
    segments: rtl ? segments.reverse() : segments,
    x0: byPlace[0]?.x0 ?? 0,
    x1: byPlace.reduce((end, fragment) => Math.max(end, fragment.x1), Number.NEGATIVE_INFINITY),
    y,
    size,
    rtl,
  };
}

function toSegments(byPlace: readonly Fragment[], rtl: boolean, line: { y: number; size: number }): Segment[] {
  const groups: Fragment[][] = [];
  let end = 0;
  for (const fragment of byPlace) {
    const group = groups.at(-1);
    if (group && fragment.x0 - end < CELL_GAP_EMS * fragment.size) group.push(fragment);
    else groups.push([fragment]);
    end = Math.max(end, fragment.x1);
  }
  return groups.map((group) => ({
    text: joinWords(group, rtl, line),
    fragments: group,
    x0: group[0]?.x0 ?? 0,
    x1: group.reduce((last, fragment) => Math.max(last, fragment.x1), Number.NEGATIVE_INFINITY),
  }));
}

/** Most of the letters tell; numbers run to the right everywhere. */
export function isRightToLeft(fragments: readonly Fragment[]): boolean {
  const letters = ({ text }: Fragment): number => text.match(/\p{L}/gu)?.length ?? 0;
  return fragments.reduce((sum, fragment) => sum + (fragment.rtl ? 1 : -1) * letters(fragment), 0) > 0;
}

function dominantSize(fragments: readonly Fragment[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of fragments) chars.set(size, (chars.get(size) ?? 0) + text.length);
  return [...chars].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
