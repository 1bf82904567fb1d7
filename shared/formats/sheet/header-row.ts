import type { Cell, SheetRow } from './row.ts';

/** Rows among which the header is sought: titles and notes may stand above it. */
export const HEADER_WITHIN = 10;
/** A header names most of the columns that the rows below it fill. */
const FILLED = 0.6;
const LONGEST_HEADER = 80;
/** A value and no name: a number, amount, share, date or time. */
const VALUE = /^[\p{Sc}(+-]?[\p{Sc}\d][\d\s.,:/%()-]*[\p{Sc}%]?$|^\d{4}-\d{2}-\d{2}/u;

/**
 * Which of a sheet's first rows names its columns: the first one of two or more names that is about as wide as the
 * rows below it.
 * @param rows the first {@link HEADER_WITHIN} rows that hold anything
 * @returns its index; -1 for a sheet without a header
 */
export function findHeader(rows: readonly SheetRow[]): number {
  return rows.findIndex(({ cells }, index) => {
    const below = rows.slice(index + 1);
    if (cells.length < 2 || below.length === 0 || cells.some(isValue)) return false;
    const widest = Math.max(...below.map((row) => row.cells.length));
    return cells.length >= FILLED * widest;
  });
}

function isValue(cell: Cell): boolean {
  return cell.isValue === true || VALUE.test(cell.text);
}

/** The name of each column, shortened where it is a sentence. */
export function columnNames(header: readonly Cell[]): Map<number, string> {
  return new Map(
    header.map(({ column, text }) => [
      column,
      text.length > LONGEST_HEADER ? `${text.slice(0, LONGEST_HEADER).toWellFormed()}…` : text,
    ]),
  );
}
