import { isValue } from '../text/is-value.ts';
import { median } from './columns.ts';
import { isMarker, lineUp } from './line-up.ts';
import type { Line, Segment } from './lines.ts';
import { type Stack, stackLines } from './stack-lines.ts';
import type { Table } from './table.ts';
import { toTableRow } from './table-row.ts';
import { findColumnEdges, splitCells } from './unruled-columns.ts';
import { type CellLine, groupRows } from './unruled-rows.ts';

/** Rows of a table may stand this far apart, in ems: cells have padding, and their neighbours several lines. */
const TABLE_GAP_EMS = 4;
/** So many lines of one cell may stand between two rows. */
const MOST_BETWEEN = 8;
/** A line of more is a drawing made of signs. */
const MOST_CELLS = 500;
/** Lines of one cell are no further apart, in ems. */
const CELL_LINE_EMS = 1.5;
/** A sign that belongs to the number beside it. */
const CURRENCY = /^(?:\p{Sc}|[A-Z]{3})$/u;
const UNIT = /^[%)]+$/;

/** Puts in the place of lines whose cells line up one that is their table. */
export function takeUnruledTables(lines: readonly Line[]): Line[] {
  const stacks = stackLines(lines);
  const result: Line[] = [];
  let next = 0;
  for (const { from, to } of findRuns(stacks)) {
    const own = stacks.slice(from, to);
    const table = toTable(own);
    const first = own[0];
    if (!table || !first) continue;
    const x0 = own.reduce((left, line) => Math.min(left, line.x0), Number.POSITIVE_INFINITY);
    const x1 = own.reduce((right, line) => Math.max(right, line.x1), Number.NEGATIVE_INFINITY);
    const { y, size, rtl } = first;
    result.push(...stacks.slice(next, from).flatMap((stack) => stack.lines), {
      x0,
      x1,
      y,
      size,
      rtl,
      segments: [],
      table,
    });
    next = to;
  }
  return [...result, ...stacks.slice(next).flatMap((stack) => stack.lines)];
}

/** Stretches of lines that are one table, in order. */
function findRuns(lines: readonly Stack[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  const rows = lines.flatMap((line, index) => (hasCells(line) ? [index] : []));
  rows.forEach((row, at) => {
    const above = rows[at - 1];
    const run = runs.at(-1);
    const inTable = above !== undefined && run?.to === above + 1;
    if (above === undefined || !belongTogether(lines, above, row, inTable)) return;
    if (run && inTable) run.to = row + 1;
    else runs.push({ from: above, to: row + 1 });
  });
  let end = 0;
  return runs.map(({ from, to }) => {
    const run = { from: beginOf(lines, from, end), to: endOf(lines, to) };
    end = run.to;
    return run;
  });
}

function hasCells({ segments }: Line): boolean {
  const [first] = segments;
  return segments.length > (first && isMarker(first, 1) ? 2 : 1) && segments.length <= MOST_CELLS;
}

/** Whether two rows are rows of one table, with what stands between them. @param inTable whether the upper one is in one */
function belongTogether(lines: readonly Stack[], above: number, below: number, inTable: boolean): boolean {
  const [a, b] = [lines[above], lines[below]];
  if (!a || !b || below - above > MOST_BETWEEN) return false;
  for (let at = above; at < below; at++) {
    const [line, next] = [lines[at], lines[at + 1]];
    if (!line || !next || next.y - line.bottom > TABLE_GAP_EMS * next.size) return false;
    if (at > above && (line.table || (crosses(line, a) && crosses(line, b)))) return false;
  }
  // Rows with centred or empty cells may line up with nothing, but they stand among others that do.
  return lineUp(a, b) || (inTable && b.segments.length > 2);
}

/** Whether a line runs from one cell of a row into another. */
function crosses(line: Line, { segments }: Line): boolean {
  return segments.filter(({ x0, x1 }) => line.x0 < x1 && line.x1 > x0).length > 1;
}

/** A table may begin above its first full row: with a cell of several lines, or with headings over several columns. */
function beginOf(lines: readonly Stack[], from: number, end: number): number {
  let begin = from;
  while (begin > end && belongsAbove(lines[begin - 1], lines[begin], lines[from])) begin--;
  return begin;
}

/** The cells of the last row may go on below it. */
function endOf(lines: readonly Stack[], to: number): number {
  let end = to;
  while (isPartOfCell(lines[end], lines[end - 1], lines[to - 1])) end++;
  return end;
}

function belongsAbove(line: Stack | undefined, below: Stack | undefined, row: Stack | undefined): boolean {
  if (!line || !below || !row || line.segments.length < 2) return isPartOfCell(line, below, row);
  if (below.y - line.bottom > TABLE_GAP_EMS * line.size) return false;
  const beside = line.segments.every(({ x0, x1 }) => x0 > (row.segments[0]?.x1 ?? 0) && x1 < row.x1 + line.size);
  return row.segments.length > line.segments.length && beside;
}

function isPartOfCell(line: Stack | undefined, beside: Stack | undefined, row: Stack | undefined): boolean {
  const [segment, ...others] = line?.segments ?? [];
  if (!line || !beside || !row || !segment || others.length > 0) return false;
  const distance = line.y < beside.y ? beside.y - line.bottom : line.y - beside.bottom;
  if (distance > CELL_LINE_EMS * line.size || Math.abs(line.size - row.size) > 0.5) return false;
  const cells = row.segments.filter(({ x0, x1 }) => segment.x0 < x1 && segment.x1 > x0);
  const first = row.segments[0];
  return cells.length === 1 && cells[0] !== first && segment.x0 > (first?.x1 ?? 0);
}

function toTable(stacks: readonly Stack[]): Table | undefined {
  const lines = stacks.flatMap((stack) => stack.lines);
  const rtl =
    lines.filter((line) => line.rtl).length >= lines.filter(({ rtl, segments }) => !rtl && hasLetters(segments)).length;
  const em = median(lines.map(({ size }) => size));
  const edges = findColumnEdges(stacks.map(cellsOf), em);
  if (edges.length === 0) return undefined;
  const columns = edges.length + 1;
  const place = (segment: Segment): number => {
    const column = columnOf(segment, edges);
    return rtl ? columns - 1 - column : column;
  };
  const rights = new Map<number, number>();
  const cellLines = lines.map((line): CellLine => {
    const cells = new Map<number, Segment>();
    for (const segment of splitCells(cellsOf(line), edges, em)) {
      const column = place(segment);
      const before = cells.get(column);
      cells.set(column, before ? joined(before, segment, rtl) : segment);
      if (!spans(segment, edges)) rights.set(column, Math.max(rights.get(column) ?? segment.x1, segment.x1));
    }
    return { line, cells };
  });
  const rows = groupRows(cellLines, rights).map((row) => ({
    lines: row.map(({ line }) => line),
    cells: Array.from({ length: columns }, (_, column) => row.flatMap(({ cells }) => cells.get(column)?.text ?? [])),
  }));
  mergeSigns(rows.map(({ cells }) => cells));
  return {
    rows: rows.map((row) =>
      toTableRow(
        row.cells.filter((_, column) => hasText(rows, column)),
        row.lines,
      ),
    ),
  };
}

function hasLetters(segments: readonly Segment[]): boolean {
  return segments.some(({ text }) => /\p{L}/u.test(text));
}

function hasText(rows: readonly { cells: string[][] }[], column: number): boolean {
  return rows.some(({ cells }) => (cells[column]?.length ?? 0) > 0);
}

/** From left to right; the number of a list item belongs to it. */
function cellsOf({ segments }: Line): Segment[] {
  const [marker, item, ...others] = segments;
  const own = marker && item && isMarker(marker, 1) ? [joined(marker, item, false), ...others] : [...segments];
  return own.sort((a, b) => a.x0 - b.x0);
}

function joined(a: Segment, b: Segment, rtl: boolean): Segment {
  const [first, second] = rtl ? [b, a] : [a, b];
  return {
    text: `${first.text} ${second.text}`,
    fragments: [...a.fragments, ...b.fragments],
    x0: Math.min(a.x0, b.x0),
    x1: Math.max(a.x1, b.x1),
  };
}

/** The first column in which a good part of it stands. */
function columnOf({ x0, x1 }: Segment, edges: readonly number[]): number {
  const column = edges.findIndex((edge) => Math.min(x1, edge) - x0 >= 0.25 * (x1 - x0));
  return column === -1 ? edges.length : column;
}

function spans({ x0, x1 }: Segment, edges: readonly number[]): boolean {
  return edges.some((edge) => x0 < edge && x1 > edge);
}

/** A column of currency signs belongs to the numbers on its right, one of percent signs to those on its left. */
function mergeSigns(rows: readonly string[][][]): void {
  const columns = rows[0]?.length ?? 0;
  for (let column = 0; column < columns; column++) {
    const texts = rows.flatMap((cells) => cells[column] ?? []);
    if (texts.length === 0) continue;
    const by = texts.every((text) => CURRENCY.test(text)) ? 1 : texts.every((text) => UNIT.test(text)) ? -1 : 0;
    const beside = rows.flatMap((cells) => cells[column + by] ?? []);
    if (by === 0 || !beside.some(isValue)) continue;
    for (const cells of rows) {
      const [sign, number] = [cells[column] ?? [], cells[column + by] ?? []];
      if (sign.length === 0) continue;
      cells[column + by] = [by === 1 ? [...sign, ...number].join(' ') : [...number, ...sign].join('')];
      cells[column] = [];
    }
  }
}
