import { isValue } from '../text/is-value.ts';
import { median } from './columns.ts';
import type { Fragment } from './fragment.ts';
import { fieldAt, type Grid } from './grids.ts';
import { isRightToLeft, type Line, toLines } from './lines.ts';
import type { Table, TableRow } from './table.ts';
import { toTableRow } from './table-row.ts';

/** Boxes whose cells hold more than that lay out a page: a cell is a column, not a value. */
const LONGEST_CELL = 1_500;
/** In a chart, labels stand alone in most of its rows. */
const LEAST_FULL = 0.34;
/** From so many lines on, in so many of its columns, what stands between two lines of a grid are several rows. */
const ROWS_FILLED = 0.6;
/** Baselines of one row differ by no more than that, in ems. */
const SAME_BASELINE_EMS = 0.35;

/** One cell's lines, by the column it begins in. */
type Cells = Map<number, Line[]>;

/** Puts in the place of what stands in a grid one fragment that is the table. */
export function takeRuledTables(fragments: readonly Fragment[], grids: readonly Grid[]): Fragment[] {
  let rest: readonly Fragment[] = fragments;
  const tables: Fragment[] = [];
  for (const grid of [...grids].sort((a, b) => sizeOf(a) - sizeOf(b))) {
    const inside = rest.filter((fragment) => isInside(fragment, grid));
    const table = inside.length > 1 ? toTable(inside, grid) : undefined;
    if (!table) continue;
    rest = rest.filter((fragment) => !isInside(fragment, grid));
    tables.push(standIn(table, inside));
  }
  return [...rest, ...tables];
}

/** The fragment that takes the place of others in the order of reading. */
export function standIn(table: Table, fragments: readonly Fragment[]): Fragment {
  const size = median(fragments.map((fragment) => fragment.size));
  return {
    text: '',
    table,
    x0: table.rows.reduce((left, row) => Math.min(left, row.x0), Number.POSITIVE_INFINITY),
    x1: table.rows.reduce((right, row) => Math.max(right, row.x1), Number.NEGATIVE_INFINITY),
    y: (table.rows[0]?.y0 ?? 0) + size,
    size,
    rtl: false,
    spaceAfter: false,
    quarterTurns: fragments[0]?.quarterTurns ?? 0,
    order: fragments.reduce((first, { order }) => Math.min(first, order), Number.POSITIVE_INFINITY),
  };
}

function sizeOf({ xs, ys }: Grid): number {
  return ((xs.at(-1) ?? 0) - (xs[0] ?? 0)) * ((ys.at(-1) ?? 0) - (ys[0] ?? 0));
}

function middleOf({ y, size }: Fragment): number {
  return y - 0.3 * size;
}

function isInside(fragment: Fragment, { xs, ys }: Grid): boolean {
  const [x, y] = [(fragment.x0 + fragment.x1) / 2, middleOf(fragment)];
  return x > (xs[0] ?? 0) && x < (xs.at(-1) ?? 0) && y > (ys[0] ?? 0) && y < (ys.at(-1) ?? 0);
}

/** @returns undefined where the lines are no table: a frame, a chart, columns of a layout */
function toTable(fragments: readonly Fragment[], grid: Grid): Table | undefined {
  const columns = grid.xs.length - 1;
  const rows: { cells: Cells; lines: Line[] }[] = [];
  for (const band of toBands(fragments, grid)) {
    const own = toRows(band);
    if (own.length > 1 && isTableItself(own)) return undefined;
    rows.push(...own);
  }
  const used = Array.from({ length: columns }, (_, column) => column).filter((column) =>
    rows.some(({ cells }) => cells.has(column)),
  );
  if (isRightToLeft(fragments)) used.reverse();
  const texts = rows.map(({ cells }) =>
    used.map((column) => cells.get(column)?.map((line) => line.segments.map(({ text }) => text).join(' ')) ?? []),
  );
  if (!isTable(texts)) return undefined;
  return { rows: rows.map(({ lines }, index): TableRow => toTableRow(texts[index] ?? [], lines)) };
}

/** Whether the lines part groups of columns alone: most of the rows between them have gaps within their cells. */
function isTableItself(rows: readonly { lines: Line[] }[]): boolean {
  const parted = rows.filter(({ lines }) => lines.some(({ segments }) => segments.length > 1)).length;
  return parted > 0.5 * rows.length;
}

function isTable(rows: readonly (readonly string[][])[]): boolean {
  const several = rows.filter((cells) => cells.filter((lines) => lines.length > 0).length > 1).length;
  const longest = rows.flat().reduce(
    (most, lines) =>
      Math.max(
        most,
        lines.reduce((sum, line) => sum + line.length, 0),
      ),
    0,
  );
  return several > 1 && several > LEAST_FULL * rows.length && longest <= LONGEST_CELL;
}

/** What stands between two lines of the grid, cell by cell; a cell over several belongs to the first. */
function toBands(fragments: readonly Fragment[], { xs, ys, cells }: Grid): Cells[] {
  const columns = xs.length - 1;
  const byCell = new Map<number, Fragment[]>();
  for (const fragment of fragments) {
    const row = fieldAt(ys, middleOf(fragment));
    for (const part of splitAtEdges(fragment, xs, (column) => cells[row * columns + column])) {
      const cell = cells[row * columns + fieldAt(xs, (part.x0 + part.x1) / 2)] ?? 0;
      const parts = byCell.get(cell);
      if (parts) parts.push(part);
      else byCell.set(cell, [part]);
    }
  }
  const bands: Cells[] = ys.slice(1).map(() => new Map());
  for (const [cell, parts] of byCell) {
    const band = bands[Math.floor(cell / columns)];
    for (const line of toLines(parts)) {
      for (const [column, part] of spreadOverColumns(line, xs, cell % columns)) {
        band?.set(column, [...(band.get(column) ?? []), part]);
      }
    }
  }
  spreadTallCells(bands, ys);
  return bands.filter((band) => band.size > 0);
}

/** Where lines between columns are missing, as in every other row of a table in stripes, gaps part the cells. */
function spreadOverColumns(line: Line, xs: readonly number[], first: number): [number, Line][] {
  const inOne = line.segments.filter(({ x0, x1 }) => fieldAt(xs, x0 + 1) === fieldAt(xs, x1 - 1));
  const columns = new Set(inOne.map(({ x0 }) => fieldAt(xs, x0 + 1)));
  if (columns.size < 2 || 2 * inOne.length <= line.segments.length) return [[first, line]];
  const cells = new Map<number, Fragment[]>();
  for (const fragment of line.segments.flatMap((segment) => segment.fragments)) {
    for (const part of splitAtEdges(fragment, xs, (column) => column)) {
      const column = fieldAt(xs, (part.x0 + part.x1) / 2);
      cells.set(column, [...(cells.get(column) ?? []), part]);
    }
  }
  return [...cells].flatMap(([column, parts]) => toLines(parts).map((part): [number, Line] => [column, part]));
}

/** A cell that goes over several rows because its own lines are not drawn: each of its lines has others beside it. */
function spreadTallCells(bands: readonly Cells[], ys: readonly number[]): void {
  bands.forEach((band, at) => {
    for (const [column, lines] of band) {
      const places = lines.map((line) => fieldAt(ys, line.y - 0.3 * line.size));
      if (new Set(places).size < 2) continue;
      const besides = lines.every((line, index) => {
        const others = [...(bands[places[index] ?? at] ?? new Map<number, Line[]>())].filter(
          ([other]) => other !== column,
        );
        return others.some(([, cell]) => cell.some((other) => isSameBaseline(line, other)));
      });
      if (!besides) continue;
      band.delete(column);
      lines.forEach((line, index) => {
        const target = bands[places[index] ?? at];
        target?.set(column, [...(target.get(column) ?? []), line]);
      });
    }
  });
}

function isSameBaseline(a: Line, b: Line): boolean {
  return Math.abs(a.y - b.y) <= SAME_BASELINE_EMS * Math.max(a.size, b.size);
}

/** Most often one row; several where only the head of a table is ruled off. */
function toRows(band: Cells): { cells: Cells; lines: Line[] }[] {
  const lines = [...band.values()].flat().sort((a, b) => a.y - b.y);
  const baselines: Line[][] = [];
  for (const line of lines) {
    const last = baselines.at(-1);
    if (last?.[0] && isSameBaseline(last[0], line)) last.push(line);
    else baselines.push([line]);
  }
  if (baselines.length < 2 || !holdsRows(band, baselines)) return [{ cells: band, lines }];
  const rows = baselines.map((row) => ({ cells: new Map<number, Line[]>(), lines: row }));
  const rowOf = new Map(rows.flatMap((row) => row.lines.map((line) => [line, row])));
  for (const [column, cell] of band) {
    for (const line of cell) {
      const cells = rowOf.get(line)?.cells;
      cells?.set(column, [...(cells.get(column) ?? []), line]);
    }
  }
  return rows;
}

/** Whether most lines go through most columns, and one of these holds values: a cell set in lines holds one value. */
function holdsRows(band: Cells, baselines: readonly Line[][]): boolean {
  const full = baselines.filter((row) => row.length > 1 && row.length >= ROWS_FILLED * band.size).length;
  if (full < ROWS_FILLED * baselines.length) return false;
  return [...band.values()].some((cell) => {
    const values = cell.filter((line) => isValue(line.segments.map(({ text }) => text).join(' '))).length;
    return values > 1 && values >= ROWS_FILLED * cell.length && cell.length >= ROWS_FILLED * baselines.length;
  });
}

/** The library joins what stands near to each other, over a line as well. */
function splitAtEdges(
  fragment: Fragment,
  xs: readonly number[],
  cellOf: (column: number) => number | undefined,
): Fragment[] {
  const [first, last] = [fieldAt(xs, fragment.x0), fieldAt(xs, fragment.x1)];
  if (first === last || fragment.rtl || !fragment.text.trim().includes(' ')) return [fragment];
  const parts: Fragment[] = [];
  let rest = fragment;
  for (let column = first; column < last; column++) {
    const edge = xs[column + 1] ?? 0;
    if (cellOf(column) === cellOf(column + 1)) continue;
    const split = splitAt(rest, edge);
    if (!split) continue;
    parts.push(split[0]);
    rest = split[1];
  }
  return [...parts, rest];
}

/** At the space that is nearest to a place; letters count as equally wide. */
function splitAt(fragment: Fragment, x: number): [Fragment, Fragment] | undefined {
  const { text, x0, x1 } = fragment;
  const letter = (x1 - x0) / text.length;
  const wanted = (x - x0) / letter;
  if (wanted < 0.5 || wanted > text.length - 0.5) return undefined;
  const after = text.indexOf(' ', Math.round(wanted));
  const before = text.lastIndexOf(' ', Math.round(wanted));
  const at = before < 1 || (after !== -1 && after - wanted < wanted - before) ? after : before;
  if (at < 1 || Math.abs(at - wanted) > 2 + 0.15 * text.length) return undefined;
  return [
    { ...fragment, text: text.slice(0, at), x1: x0 + at * letter, spaceAfter: true },
    { ...fragment, text: text.slice(at + 1), x0: x0 + (at + 1) * letter },
  ];
}
