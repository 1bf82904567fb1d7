import { isValue } from '../text/is-value.ts';
import type { Fragment } from './fragment.ts';
import { joinWords } from './join-words.ts';
import type { Segment } from './lines.ts';

/** White between columns is this wide at least, in ems. */
const MIN_GAP_EMS = 0.4;
/** Cells of one row may be as near to each other as this, in ems, where others show a column's edge. */
const NEAREST_CELLS_EMS = 0.5;
/** So many of a table's lines may cross it: headings over several columns, a cell that is too long. */
const MAX_CROSSING = 0.15;
/** From so many lines on one of them may. */
const LINES_FOR_ONE = 4;
/** Of the lines that have something on either side, so many have a gap there. */
const SUPPORT = 0.5;

/**
 * The edges between the columns of a table without lines, from left to right.
 * @param rows the segments of each of its lines, from left to right
 */
export function findColumnEdges(rows: readonly (readonly Segment[])[], em: number): number[] {
  const several = rows.filter((row) => row.length > 1);
  const allowed = Math.max(several.length >= LINES_FOR_ONE ? 1 : 0, Math.floor(MAX_CROSSING * several.length));
  const found = whites(several.flat(), allowed)
    .filter(({ from, to }) => to - from >= MIN_GAP_EMS * em)
    .map(({ from, to }) => (from + to) / 2)
    .filter((edge) => isSupported(several, edge));
  const values = rows.map((row) => row.flatMap(({ fragments }) => fragments.flatMap(splitValues)));
  const between = whites(values.flat(), allowed)
    .map(({ from, to }) => (from + to) / 2)
    .filter((edge) => partsValues(values, edge))
    .filter(
      (edge) => !found.some((other) => !values.flat().some(({ x0, x1 }) => isWithin((x0 + x1) / 2, edge, other))),
    );
  return [...found, ...between].sort((a, b) => a - b);
}

function isWithin(place: number, a: number, b: number): boolean {
  return place > Math.min(a, b) && place < Math.max(a, b);
}

/** Whether the numbers on either side of an edge are columns, however near to each other. */
function partsValues(rows: readonly (readonly Fragment[])[], edge: number): boolean {
  const beside = rows.flatMap((row) => {
    const left = row
      .filter(({ x1 }) => x1 <= edge)
      .reduce<Fragment | undefined>((a, b) => (a && a.x1 > b.x1 ? a : b), undefined);
    const right = row
      .filter(({ x0 }) => x0 >= edge)
      .reduce<Fragment | undefined>((a, b) => (a && a.x0 < b.x0 ? a : b), undefined);
    return left && right ? [isValue(left.text) && isValue(right.text)] : [];
  });
  return beside.length >= LINES_FOR_ONE && beside.filter((one) => one).length > SUPPORT * beside.length;
}

/** Where no more segments than allowed stand one below the other; of each such stretch the part with the fewest. */
function whites(segments: readonly { x0: number; x1: number }[], allowed: number): { from: number; to: number }[] {
  const ends = segments
    .flatMap(({ x0, x1 }) => [
      { at: x0, by: 1 },
      { at: x1, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.by - a.by);
  const result: { from: number; to: number; count: number }[] = [];
  let covered = 0;
  let open = false;
  ends.forEach(({ at, by }, index) => {
    covered += by;
    const next = ends[index + 1];
    if (!next || covered > allowed) {
      open = false;
      return;
    }
    if (next.at === at) return;
    const last = result.at(-1);
    if (!open || !last) result.push({ from: at, to: next.at, count: covered });
    else if (covered < last.count || (covered === last.count && next.at - at > last.to - last.from)) {
      result[result.length - 1] = { from: at, to: next.at, count: covered };
    }
    open = true;
  });
  return result;
}

function isSupported(rows: readonly (readonly Segment[])[], edge: number): boolean {
  const beside = rows.filter((row) => row.some(({ x1 }) => x1 <= edge) && row.some(({ x0 }) => x0 >= edge));
  const parted = beside.filter((row) => row.every(({ x0, x1 }) => x1 <= edge || x0 >= edge));
  return parted.length > 1 && parted.length >= SUPPORT * beside.length;
}

/** Parts what a line has run together over the edges of columns: cells that are near to each other. */
export function splitCells(segments: readonly Segment[], edges: readonly number[], em: number): Segment[] {
  return segments.flatMap((segment) => {
    if (!edges.some((edge) => segment.x0 < edge && segment.x1 > edge)) return [segment];
    const cells: Fragment[][] = [];
    for (const fragment of segment.fragments.flatMap((one) => splitBeforeValue(one, edges)).flatMap(splitValues)) {
      const cell = cells.at(-1);
      const before = cell?.at(-1);
      const parted = before && edges.some((edge) => isBetween(before, fragment, edge, em));
      if (cell && !parted) cell.push(fragment);
      else cells.push([fragment]);
    }
    if (cells.length < 2) return [segment];
    return cells.map((fragments) => ({
      text: joinWords(fragments, false, { y: fragments[0]?.y ?? 0, size: em }),
      fragments,
      x0: fragments[0]?.x0 ?? 0,
      x1: fragments.at(-1)?.x1 ?? 0,
    }));
  });
}

function isBetween(left: Fragment, right: Fragment, edge: number, em: number): boolean {
  const gap = right.x0 - left.x1;
  return gap >= NEAREST_CELLS_EMS * em
    ? left.x1 < edge + gap && right.x0 > edge - gap
    : left.spaceAfter && isValue(right.text) && left.x0 < edge && right.x1 > edge;
}

/** Numbers that the library has run together, one by one; letters count as equally wide. */
function splitValues(fragment: Fragment): Fragment[] {
  const { text, x0, x1 } = fragment;
  const words = [...text.matchAll(/\S+/g)];
  if (words.length < 2 || !words.every(([word]) => isValue(word))) return [fragment];
  const letter = (x1 - x0) / text.length;
  return words.map((word, index) => ({
    ...fragment,
    text: word[0],
    x0: x0 + word.index * letter,
    x1: x0 + (word.index + word[0].length) * letter,
    spaceAfter: index < words.length - 1 || fragment.spaceAfter,
  }));
}

/** A number that stands at the end of a fragment and across an edge is a cell of its own. */
function splitBeforeValue(fragment: Fragment, edges: readonly number[]): Fragment[] {
  const { text, x0, x1, rtl } = fragment;
  const space = text.trimEnd().lastIndexOf(' ');
  if (space < 1 || rtl || !isValue(text.slice(space + 1).trim()) || isValue(text)) return [fragment];
  const at = x0 + ((x1 - x0) * (space + 0.5)) / text.length;
  if (!edges.some((edge) => edge > x0 && edge < x1 && Math.abs(edge - at) < 2 * fragment.size)) return [fragment];
  return [
    { ...fragment, text: text.slice(0, space), x1: at, spaceAfter: true },
    { ...fragment, text: text.slice(space + 1), x0: at },
  ];
}
