import type { OpenDocument } from '../format.ts';
import { createPageStore } from '../page-store.ts';
import { pageStarts } from '../text/split-text.ts';
import { columnNames, findHeader, HEADER_WITHIN } from './header-row.ts';
import { type Cell, cellText, type SheetRow } from './row.ts';

/** UTF-16 units a page of a sheet holds at most; with its rows' marks it stays under 100 KB. */
const PAGE_CHARS = 32 * 1024;
/** A row of 16,384 full cells would be half a gigabyte. */
const ROW_CHARS = 1024 * 1024;
const SEPARATOR = ' | ';

/** Turns the rows of a workbook's sheets, as they stream by, into pages that know where each row stands. */
export interface SheetPages {
  startSheet(name: string): void;
  /** Rows without cells may be left out. @throws AppError ARCHIVE_LIMIT */
  row(row: SheetRow): void;
  /** A remark on a row, told after the rows of its sheet. */
  remark(row: number, text: string): void;
  finish(warnings: string[]): OpenDocument;
}

/**
 * A sheet begins with its name as a heading. Its header row and what stands above it are written `a | b`; in every row
 * below, each value stands behind its column's name (`Name: Ada | Town: Bath`), so that any passage cut out of the sheet, a part of
 * a row included, says what its values are.
 */
export function createSheetPages(): SheetPages {
  const store = createPageStore();
  let sheet = '';
  let text = '';
  let marks: { offset: number; row: number }[] = [];
  let headings: { offset: number; level: number; title: string }[] = [];
  let waiting: SheetRow[] | undefined = [];
  let names = new Map<number, string>();
  let remarks: { row: number; text: string }[] = [];
  let open = false;

  function flushPage(): void {
    if (text.trim() !== '') {
      store.add({ text, headings, place: { kind: 'sheet', sheet, rows: marks } });
    }
    text = '';
    marks = [];
    headings = [];
  }

  function line(row: number, content: string): void {
    const pieces = content.length <= PAGE_CHARS ? [content] : piecesOf(content);
    for (const piece of pieces) {
      if (text.length > 0 && text.length + piece.length + 1 > PAGE_CHARS) flushPage();
      // The sheet's name belongs to its first row.
      marks.push({ offset: marks.length === 0 ? 0 : text.length, row });
      text += `${piece}\n`;
    }
  }

  function settleHeader(): void {
    if (waiting === undefined) return;
    const rows = waiting;
    waiting = undefined;
    const header = findHeader(rows);
    rows.forEach((row, index) => {
      if (index === header) {
        line(row.number, plain(row.cells));
        names = columnNames(row.cells);
      } else line(row.number, named(row.cells, names));
    });
  }

  function endSheet(): void {
    if (!open) return;
    settleHeader();
    if (marks.length === 0 && text !== '') marks.push({ offset: 0, row: 1 });
    if (remarks.length > 0) flushPage();
    for (const remark of remarks) line(remark.row, remark.text);
    flushPage();
    remarks = [];
    open = false;
  }

  return {
    startSheet(rawName) {
      const name = cellText(rawName);
      endSheet();
      open = true;
      sheet = name;
      waiting = [];
      names = new Map();
      if (name !== '') {
        headings = [{ offset: 0, level: 1, title: name }];
        text = `${name}\n\n`;
      }
    },
    row(row) {
      if (row.cells.length === 0) return;
      if (waiting === undefined) line(row.number, named(row.cells, names));
      else if (waiting.push(row) >= HEADER_WITHIN) settleHeader();
    },
    remark(row, remarkText) {
      remarks.push({ row, text: remarkText });
    },
    finish(warnings) {
      endSheet();
      if (store.count === 0) store.add({ text: '', headings: [] });
      return {
        pageCount: store.count,
        warnings,
        page: async (number) => store.page(number),
        close: async () => undefined,
      };
    },
  };
}

function plain(cells: readonly Cell[]): string {
  return bounded(cells, ({ text }) => text);
}

function named(cells: readonly Cell[], names: ReadonlyMap<number, string>): string {
  return bounded(cells, ({ column, text }) => {
    const name = names.get(column);
    return name === undefined ? text : `${name}: ${text}`;
  });
}

function bounded(cells: readonly Cell[], write: (cell: Cell) => string): string {
  let line = '';
  for (const cell of cells) {
    if (line.length > ROW_CHARS) break;
    line += line === '' ? write(cell) : SEPARATOR + write(cell);
  }
  return line;
}

function piecesOf(content: string): string[] {
  const starts = pageStarts(content, PAGE_CHARS - 1);
  return starts.map((start, index) => content.slice(start, starts[index + 1]));
}
