import { isValue } from '../text/is-value.ts';
import { columnBlocks } from './column-blocks.ts';
import type { Fragment } from './fragment.ts';
import { isRunningText } from './running-text.ts';

/** A whitespace river narrower than this many ems separates words, not columns. */
const MIN_GUTTER_EMS = 0.6;
/** The river may be crossed (titles, wide figures) by this share of the fragments. */
const MAX_CROSSING = 0.15;
const MAX_DEPTH = 4;
/** Lines of running text are longer than this; cells of tables are mostly shorter. */
const PROSE_CHARS = 20;
const MIN_COLUMN_LINES = 3;
/** Cells have fewer lines than the columns of a section. */
const MOST_CELL_LINES = 8;
const ALIGNED_ROWS = 0.8;
/** Text has no more numbers among its words. */
const MOST_VALUES = 0.5;

/**
 * Cuts a page into regions in reading order: what spans the page, then the left column, then the right one, again and
 * again down the page. Tables stay whole: their files draw row by row, where columns of text are drawn one after the
 * other, and their cells are short.
 */
export function readingRegions(fragments: readonly Fragment[], depth = 0): Fragment[][] {
  if (fragments.length === 0) return [];
  const gutter = depth < MAX_DEPTH ? findGutter(fragments) : undefined;
  if (gutter === undefined) return depth < MAX_DEPTH ? readBlocks(fragments, depth) : [[...fragments]];
  const regions: Fragment[][] = [];
  for (const band of bands(fragments, gutter)) {
    if (band.crossing) {
      regions.push(band.fragments);
      continue;
    }
    const left = band.fragments.filter((fragment) => fragment.x1 <= gutter);
    const right = band.fragments.filter((fragment) => fragment.x1 > gutter);
    // One line on either side is a row (a running head with its page number), not two columns.
    if (countLines(left) < 2 && countLines(right) < 2) regions.push(band.fragments);
    else regions.push(...readingRegions(left, depth + 1), ...readingRegions(right, depth + 1));
  }
  return regions;
}

/** Columns that stand between text of the whole width, where they are text. */
function readBlocks(fragments: readonly Fragment[], depth: number): Fragment[][] {
  for (const block of columnBlocks(fragments)) {
    if (block.fragments.length === fragments.length || !dividesText(block.fragments, block.gutter)) continue;
    const { before, after } = block.around();
    return [before, block.fragments, after].flatMap((part) => readingRegions(part, depth + 1));
  }
  return [[...fragments]];
}

/** The x of the middle of the widest river that divides columns of text, if there is one. */
function findGutter(fragments: readonly Fragment[]): number | undefined {
  const em = median(fragments.map((fragment) => fragment.size));
  const left = min(fragments.map((fragment) => fragment.x0));
  const right = max(fragments.map((fragment) => fragment.x1));
  if (fragments.length < 2 * MIN_COLUMN_LINES || right - left < 20 * em || right - left > 20_000) return undefined;
  const rivers = findRivers(fragments, left, right).filter((river) => river.width >= MIN_GUTTER_EMS * em);
  rivers.sort((a, b) => a.crossings - b.crossings || b.width - a.width);
  return rivers.find((river) => dividesText(fragments, river.x))?.x;
}

interface River {
  x: number;
  width: number;
  crossings: number;
}

/** Vertical strips in the middle of the region that few fragments cross, on a grid of one point. */
function findRivers(fragments: readonly Fragment[], left: number, right: number): River[] {
  const bins = Math.ceil(right - left) + 2;
  const edges = new Int32Array(bins + 1);
  for (const { x0, x1 } of fragments) {
    const from = Math.floor(x0 - left);
    const to = Math.ceil(x1 - left);
    edges[from] = (edges[from] ?? 0) + 1;
    edges[to] = (edges[to] ?? 0) - 1;
  }
  const limit = Math.floor(fragments.length * MAX_CROSSING);
  const rivers: River[] = [];
  let covered = 0;
  let run: { from: number; most: number } | undefined;
  for (let bin = 0; bin < bins; bin++) {
    covered += edges[bin] ?? 0;
    const inside = bin > bins * 0.15 && bin < bins * 0.85 && covered <= limit;
    if (inside) run = { from: run?.from ?? bin, most: Math.max(run?.most ?? 0, covered) };
    else if (run) {
      rivers.push({ x: left + (run.from + bin) / 2, width: bin - run.from, crossings: run.most });
      run = undefined;
    }
  }
  return rivers;
}

function dividesText(fragments: readonly Fragment[], x: number): boolean {
  const aside = fragments.filter((fragment) => fragment.x1 <= x || fragment.x0 >= x);
  const left = aside.filter((fragment) => fragment.x1 <= x);
  const right = aside.filter((fragment) => fragment.x0 >= x);
  const [leftLines, rightLines] = [countLines(left), countLines(right)];
  if (leftLines < MIN_COLUMN_LINES || rightLines < MIN_COLUMN_LINES) return false;
  if (overlapOfHeights(left, right) < 0.3) return false;
  const leftChars = countChars(left) / leftLines;
  const rightChars = countChars(right) / rightLines;
  const bySides = [...aside].sort((a, b) => a.order - b.order).map((fragment) => fragment.x1 <= x);
  const changes = bySides.filter((side, index) => index > 0 && side !== bySides[index - 1]).length;
  const drawnInTurn = changes <= 2 + 0.1 * Math.min(leftLines, rightLines);
  if (drawnInTurn) {
    // Some programs draw a table column by column.
    if (holdsValues(left) || holdsValues(right)) return false;
    return Math.max(leftChars, rightChars) >= PROSE_CHARS && Math.min(leftChars, rightChars) >= PROSE_CHARS / 2;
  }
  if (isDrawnByCells(aside, x)) return false;
  const isLong = Math.min(leftChars, rightChars) >= 1.25 * PROSE_CHARS && Math.min(leftLines, rightLines) >= 8;
  return isLong || (areRunningText(left) && areRunningText(right));
}

/** Whether one of the columns on one side is numbers or dates. */
function holdsValues(fragments: readonly Fragment[]): boolean {
  return sideColumns(fragments).some((column) => {
    const words = column.flatMap(({ text }) => text.trim().split(/\s+/));
    const values = words.filter((word) => isValue(word)).length;
    return countLines(column) >= MIN_COLUMN_LINES && values >= MOST_VALUES * words.length;
  });
}

function areRunningText(fragments: readonly Fragment[]): boolean {
  return sideColumns(fragments).every((column) => isRunningText(column));
}

/** The columns on one side of a gutter. */
function sideColumns(fragments: readonly Fragment[]): Fragment[][] {
  const em = median(fragments.map((fragment) => fragment.size));
  const right = max(fragments.map((fragment) => fragment.x1));
  const left = min(fragments.map((fragment) => fragment.x0));
  const rivers = findRivers(fragments, left, right).filter(
    (river) => river.crossings === 0 && river.width >= MIN_GUTTER_EMS * em,
  );
  const edges = [...rivers.map(({ x }) => x), Number.POSITIVE_INFINITY];
  return edges.map((edge, index) =>
    fragments.filter(({ x0 }) => x0 < edge && x0 >= (edges[index - 1] ?? Number.NEGATIVE_INFINITY)),
  );
}

/** A table is drawn row by row, and of each row one cell with all its lines after the other. */
function isDrawnByCells(fragments: readonly Fragment[], x: number): boolean {
  const rows: Fragment[][] = [];
  let before: Fragment | undefined;
  for (const fragment of [...fragments].sort((a, b) => a.order - b.order)) {
    const row = rows.at(-1);
    if (row && before && !(before.x0 >= x && fragment.x1 <= x)) row.push(fragment);
    else rows.push([fragment]);
    before = fragment;
  }
  const lines = rows.map((row) => countLines(row));
  const inOrder = rows.every((row, index) => {
    const above = rows[index - 1];
    return !above || min(row.map(({ y }) => y)) > max(above.map(({ y }) => y));
  });
  if (rows.length < 2 || !inOrder || lines.every((count) => count < 2) || median(lines) > MOST_CELL_LINES) return false;
  return rows.filter((row) => areBeside(row, x)).length >= ALIGNED_ROWS * rows.length;
}

/** Whether the two cells of a row begin at one height, or have their middle there. */
function areBeside(row: readonly Fragment[], x: number): boolean {
  const [left, right] = [row.filter(({ x1 }) => x1 <= x), row.filter(({ x0 }) => x0 >= x)].map((cell) => {
    const heights = cell.map(({ y }) => y);
    return { top: min(heights), middle: (min(heights) + max(heights)) / 2 };
  });
  if (!left || !right) return false;
  return Math.abs(left.top - right.top) <= 2 || Math.abs(left.middle - right.middle) <= 2;
}

/** Runs from top to bottom of what crosses the gutter and what stands beside it. */
function bands(fragments: readonly Fragment[], x: number): { crossing: boolean; fragments: Fragment[] }[] {
  const result: { crossing: boolean; fragments: Fragment[] }[] = [];
  for (const fragment of [...fragments].sort((a, b) => a.y - b.y)) {
    const crossing = fragment.x0 < x && fragment.x1 > x;
    const last = result.at(-1);
    if (last?.crossing === crossing) last.fragments.push(fragment);
    else result.push({ crossing, fragments: [fragment] });
  }
  return result;
}

function overlapOfHeights(a: readonly Fragment[], b: readonly Fragment[]): number {
  const [aTop, aEnd] = [min(a.map((f) => f.y)), max(a.map((f) => f.y))];
  const [bTop, bEnd] = [min(b.map((f) => f.y)), max(b.map((f) => f.y))];
  const shared = Math.min(aEnd, bEnd) - Math.max(aTop, bTop);
  return shared / Math.max(1, Math.min(aEnd - aTop, bEnd - bTop));
}

function countLines(fragments: readonly Fragment[]): number {
  let lines = 0;
  let lastY = Number.NEGATIVE_INFINITY;
  for (const { y, size } of [...fragments].sort((a, b) => a.y - b.y)) {
    if (y - lastY > 0.5 * size) {
      lines++;
      lastY = y;
    }
  }
  return lines;
}

function countChars(fragments: readonly Fragment[]): number {
  return fragments.reduce((sum, fragment) => sum + fragment.text.length, 0);
}

/** Not Math.min(...values): a page may hold more fragments than a call can have arguments. */
function min(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}

function max(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** 0 for no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
