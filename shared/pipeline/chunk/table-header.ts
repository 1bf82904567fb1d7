import type { OpenTable } from '#shared/domain/chunk.ts';
import { isValue } from '#shared/formats/text/is-value.ts';

/** A table in the text of a page: lines of cells, `a | b`, one below the other. */
export interface TextTable {
  /** Where its header begins; before the page where it begins on the one before. */
  start: number;
  /** Where its first row below the header begins. */
  bodyStart: number;
  end: number;
  header: string;
  columns: number;
}

const ROW = /^\s*\||\s\|\s/;
const MARKDOWN_ROW = /^\s*\|(.*)\|\s*$/;
/** Under a header of Markdown. */
const RULE = /^\|?[\s:|-]+\|?$/;
const YEAR = /^(?:19|20)\d\d$/;
const MOST_HEADER_ROWS = 3;
/** A header of all words is told by the columns it names. */
const NAMED_COLUMNS = 3;
/** Rows below a header, of which so many have values where it has names. */
const LEAST_ROWS = 2;
const MOSTLY = 0.5;
const LONGEST_HEADER = 600;
/** Rows of one cell, such as titles within a table, are no rows in the text. */
const MOST_BETWEEN = 2;
/** Running heads and page numbers stand between a table and its end on the next page. */
const MARGIN_CHARS = 160;

/** The tables of a page that have a header. @param before the table that the page before ends with */
export function findTables(text: string, before: OpenTable | undefined): { tables: TextTable[]; open?: OpenTable } {
  const tables: TextTable[] = [];
  let open: OpenTable | undefined;
  for (const block of rowBlocks(text)) {
    const goesOn = before && block.start <= MARGIN_CHARS && widest(block.rows) <= before.columns;
    const own = headerOf(block);
    const table = own ?? (goesOn ? { ...before, start: -1, bodyStart: block.start, end: block.end } : undefined);
    if (table) tables.push(table);
    open =
      table && text.length - block.end <= MARGIN_CHARS ? { header: table.header, columns: table.columns } : undefined;
  }
  return open ? { tables, open } : { tables };
}

/** What a passage that begins there lacks to be understood. */
export function headerAt(tables: readonly TextTable[], charStart: number): string | undefined {
  return tables.find(({ bodyStart, end, start }) => charStart >= bodyStart && charStart < end && start < charStart)
    ?.header;
}

interface RowBlock {
  start: number;
  end: number;
  rows: { text: string; start: number }[];
}

function rowBlocks(text: string): RowBlock[] {
  const blocks: RowBlock[] = [];
  let open: RowBlock | undefined;
  let between = 0;
  let at = 0;
  for (const line of text.split('\n')) {
    if (ROW.test(line)) {
      if (!open) {
        open = { start: at, end: at, rows: [] };
        blocks.push(open);
      }
      open.rows.push({ text: line, start: at });
      open.end = at + line.length;
      between = 0;
    } else if (line.trim() === '' || ++between > MOST_BETWEEN) open = undefined;
    at += line.length + 1;
  }
  return blocks;
}

function cellsOf(row: string): string[] {
  const markdown = MARKDOWN_ROW.exec(row)?.[1];
  return (markdown === undefined ? ` ${row} `.split(/\s\|(?=\s)/) : markdown.split('|')).map((cell) => cell.trim());
}

function widest(rows: readonly { text: string }[]): number {
  return rows.reduce((most, { text }) => Math.max(most, cellsOf(text).length), 0);
}

/** The first rows, as far as they hold names; undefined where nothing tells them from those below. */
function headerOf({ rows, start, end }: RowBlock): TextTable | undefined {
  const cells = rows.map(({ text }) => cellsOf(text));
  const columns = widest(rows);
  const first = cells[0];
  if (!first || !isNames(first)) return undefined;
  let count = 1;
  const isComplete = (row: readonly string[]): boolean => row.length === columns && row.every((cell) => cell !== '');
  // Names over several columns come first, then those of each.
  while (count < MOST_HEADER_ROWS && !cells.slice(0, count).some(isComplete) && isNames(cells[count] ?? [''])) count++;
  if (!cells.slice(0, count).some((row) => row.length === columns)) count = 1;
  if (RULE.test(rows[count]?.text ?? '')) count++;
  const body = cells.slice(count);
  const bodyStart = rows[count]?.start;
  const names = cells.slice(0, count);
  if (bodyStart === undefined || body.length < LEAST_ROWS || !tellsColumns(names, body, columns)) return undefined;
  const header = rows
    .slice(0, count)
    .map(({ text }) => text)
    .join('\n');
  return header.length > LONGEST_HEADER ? undefined : { start, bodyStart, end, header, columns };
}

function isNames(cells: readonly string[]): boolean {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length > 0 && filled.every((cell) => !isValue(cell) || YEAR.test(cell));
}

function tellsColumns(names: readonly string[][], body: readonly string[][], columns: number): boolean {
  const holdsValues = Array.from({ length: columns }, (_, column) => {
    const filled = body.map((row) => row[column] ?? '').filter((cell) => cell !== '');
    const values = filled.filter((cell) => isValue(cell)).length;
    return values > MOSTLY * filled.length && names.some((row) => (row[column] ?? '') !== '');
  });
  const named = names.some((row) => row.filter((cell) => cell !== '').length >= NAMED_COLUMNS);
  return holdsValues.some((one) => one) || named;
}
