import { cleanText } from '../text/clean-text.ts';

/** A cell that holds something. */
export interface Cell {
  /** 0-based. */
  column: number;
  /** On one line. */
  text: string;
  /** A number or a date, however it is written; no name of a column. */
  isValue?: true;
}

export interface SheetRow {
  /** As the spreadsheet program shows it, from 1. */
  number: number;
  /** In the order of their columns; empty cells are left out. */
  cells: Cell[];
}

/** What a cell can hold in Excel; other programs may write more. */
const LONGEST_CELL = 32_767;
const PLAIN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** A cell's text as it is shown: on one line, without control characters. */
export function cellText(raw: string): string {
  const text = raw.length > LONGEST_CELL ? raw.slice(0, LONGEST_CELL) : raw;
  if (PLAIN.test(text)) return text;
  return cleanText(text.toWellFormed()).replace(/\s+/g, ' ').trim();
}
