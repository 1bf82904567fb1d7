import { isValue } from '../text/is-value.ts';
import type { Line, Segment } from './lines.ts';
import { BESIDE_EMS } from './stack-lines.ts';

/** A line of a table without lines: what it has in each column. */
export interface CellLine {
  line: Line;
  cells: ReadonlyMap<number, Segment>;
}

/** Distances between rows are so many times those between the lines of a cell, where they differ. */
const LOOSER = 1.2;
const MOSTLY = 0.8;
/** A cell has fewer lines. */
const MOST_LINES = 100;
/** So many letters fill a cell, so that the next word may have found no room. */
const FILLING_CHARS = 20;

/**
 * Which lines make one row: rows stand apart from each other, or a line goes on with what the cells above it begin.
 * @param rights the right end of each column
 */
export function groupRows(lines: readonly CellLine[], rights: ReadonlyMap<number, number>): CellLine[][] {
  const distances = lines.slice(1).map(({ line }, index) => line.y - (lines[index]?.line.y ?? 0));
  const isBeside = (distance: number, index: number): boolean => distance < BESIDE_EMS * (lines[index]?.line.size ?? 0);
  const tight = distances
    .filter((distance, index) => !isBeside(distance, index))
    .reduce((least, distance) => Math.min(least, distance), Number.POSITIVE_INFINITY);
  const isLoose = (distance: number): boolean => distance > LOOSER * tight;
  const pairs = distances.flatMap((distance, index) => {
    const [above, below] = [lines[index], lines[index + 1]];
    return isBeside(distance, index) || isLoose(distance) || !above || !below ? [] : [mayGoOn([above], below, rights)];
  });
  const apart = distances.some(isLoose) && pairs.filter((goesOn) => goesOn).length >= MOSTLY * pairs.length;
  const rows: CellLine[][] = [];
  lines.forEach((line, index) => {
    const row = rows.at(-1);
    const distance = distances[index - 1];
    if (row && distance !== undefined && row.length < MOST_LINES) {
      const goesOn = apart ? !isLoose(distance) && mayGoOn(row, line, rights) : surelyGoesOn(row, line, rights);
      if (isBeside(distance, index - 1) || goesOn) {
        row.push(line);
        return;
      }
    }
    rows.push([line]);
  });
  return rows;
}

/** Where rows stand apart: nothing speaks against it. */
function mayGoOn(row: readonly CellLine[], below: CellLine, rights: ReadonlyMap<number, number>): boolean {
  const above = lastCells(row);
  const shared = [...below.cells].filter(([column]) => above.has(column));
  const fresh = [...below.cells.keys()].filter((column) => !above.has(column));
  if (shared.length === 0) return false;
  // Beside a cell of several lines the others may stand at half its height.
  if (fresh.length > 0 && above.has(0) && fresh.some((column) => isValue(below.cells.get(column)?.text ?? '')))
    return false;
  return shared.every(([column, cell]) => {
    const before = above.get(column);
    return before !== undefined && wraps(before, cell, rights.get(column) ?? 0, false);
  });
}

/** Where rows are as near to each other as lines: only text may go on, below text that leaves it no room. */
function surelyGoesOn(row: readonly CellLine[], below: CellLine, rights: ReadonlyMap<number, number>): boolean {
  const above = lastCells(row);
  if (below.cells.has(0) && below.cells.size > 1 && above.size > 1) return false;
  return [...below.cells].every(([column, cell]) => {
    const before = above.get(column);
    if (!before) return column > 0 && above.size === 1 && below.cells.has(0);
    return wraps(before, cell, rights.get(column) ?? 0, true);
  });
}

/** The last that each column of a row holds. */
function lastCells(row: readonly CellLine[]): Map<number, Segment> {
  return new Map(row.flatMap(({ cells }) => [...cells]));
}

function wraps(before: Segment, after: Segment, right: number, strict: boolean): boolean {
  if (isValue(before.text) || isValue(after.text)) return false;
  if (/[-\u00AD,]$/.test(before.text)) return true;
  if (/^\p{Ll}/u.test(after.text) && !/[.!?:]$/.test(before.text)) return true;
  if (strict && (before.text.length < FILLING_CHARS || /^\p{Lu}/u.test(after.text))) return false;
  const letter = (after.x1 - after.x0) / Math.max(1, after.text.length);
  const word = /^\S+/.exec(after.text)?.[0].length ?? 0;
  return before.x1 + (word + 1) * letter > right;
}
