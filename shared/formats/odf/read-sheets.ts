import { createMergedCells, type MergedCells } from '../sheet/merged-cells.ts';
import { type Cell, cellText } from '../sheet/row.ts';
import type { SheetPages } from '../sheet/sheet-pages.ts';
import type { Attributes, XmlEvents } from '../xml/read-xml.ts';
import type { OdfObjects } from './read-objects.ts';

/** Times that one filled cell is told beside itself; sheets are padded with thousands, and a file can claim millions. */
const MOST_REPEATS = 64;

/** What is drawn on a sheet: it stands before the rows, or in the cell that it is tied to. */
const DRAWN = ['shapes', 'frame', 'custom-shape', 'rect', 'ellipse', 'line', 'path', 'polygon', 'connector', 'g'];

/** What parts words inside a cell. */
const PARTING = ['p', 's', 'tab', 'line-break', 'title', 'desc'];

/** What a sheet shows that stands in other parts of its file. */
export interface SheetParts {
  objects?: OdfObjects;
  onPicture?(reference: string, place: { sheet: string; row: number }): void;
}

/**
 * Reads the sheets of an OpenDocument spreadsheet. A run of equal rows is told once, at its first row.
 * @throws AppError ARCHIVE_LIMIT from the event handlers
 */
export function createSheetReader(pages: SheetPages, { objects, onPicture }: SheetParts): XmlEvents {
  let merged: MergedCells = createMergedCells();
  let row = 1;
  let sheet = '';
  let rowRepeats = 1;
  let column = 0;
  let cells: Cell[] = [];
  let cell: Attributes = {};
  let text = '';
  let comment = '';
  let inComment = false;
  // Sheets can stand inside sheets as their source; only the outer one is shown.
  let tables = 0;
  let hidden = 0;
  let drawn = 0;
  let drawing = '';

  function endCell(): void {
    const repeats = count(cell['table:number-columns-repeated']);
    const shown = cellText(shownValue(cell, text));
    if (shown !== '') {
      for (let index = 0; index < Math.min(repeats, MOST_REPEATS); index++) {
        cells.push({ column: column + index, text: shown });
      }
      const rows = count(cell['table:number-rows-spanned']);
      if (rows > 1) merged.add(column, row, row + rows - 1);
    }
    if (comment.trim() !== '') pages.remark(row, `Comment: ${cellText(comment)}`);
    column += repeats;
  }

  function remarkDrawing(): void {
    for (const line of drawing.split('\n')) if (cellText(line) !== '') pages.remark(row, cellText(line));
  }

  return {
    open(name, attributes) {
      if (hidden > 0 || name === 'tracked-changes' || name === 'creator' || name === 'date') {
        hidden++;
        return;
      }
      if (tables === 1 && DRAWN.includes(name)) {
        if (++drawn === 1) drawing = '';
      } else if (drawn > 0) {
        if (PARTING.includes(name)) drawing += ' ';
        else if (name === 'image') onPicture?.(attributes['xlink:href'] ?? '', { sheet, row });
        else if (name === 'object') drawing += (objects?.get(attributes['xlink:href'] ?? '') ?? []).join('\n');
        if (name === 'table') tables++;
      } else if (name === 'table' && ++tables === 1) {
        sheet = attributes['table:name'] ?? '';
        pages.startSheet(sheet);
        merged = createMergedCells();
        row = 1;
      } else if (name === 'table-row') {
        rowRepeats = count(attributes['table:number-rows-repeated']);
        column = 0;
        cells = [];
      } else if (name === 'table-cell' || name === 'covered-table-cell') {
        cell = attributes;
        text = '';
        comment = '';
      } else if (name === 'annotation') inComment = true;
      else if (PARTING.includes(name)) {
        if (inComment) comment += ' ';
        else text += ' ';
      }
    },
    text(piece) {
      if (hidden > 0) return;
      if (inComment) comment += piece;
      else if (drawn > 0) drawing += piece;
      else text += piece;
    },
    close(name) {
      if (hidden > 0) {
        hidden--;
        return;
      }
      if (drawn > 0) {
        if (name === 'table') tables--;
        else if (tables === 1 && DRAWN.includes(name) && --drawn === 0) remarkDrawing();
      } else if (name === 'table') tables--;
      else if (name === 'annotation') inComment = false;
      else if (name === 'table-cell' || name === 'covered-table-cell') endCell();
      else if (name === 'table-row' && tables === 1) {
        if (cells.length > 0) pages.row({ number: row, cells: merged.fill(row, cells) });
        row += rowRepeats;
      }
    },
  };
}

function count(raw: string | undefined): number {
  const value = Number(raw ?? 1);
  return Number.isInteger(value) && value > 0 ? value : 1;
}

/**
 * What a cell shows; a number by its value where only separators differ, since these depend on the country, and a date also
 * as `2024-03-05`.
 */
function shownValue(cell: Attributes, rawShown: string): string {
  const shown = rawShown.trim();
  switch (cell['office:value-type']) {
    case 'float': {
      const value = cell['office:value'];
      return value !== undefined && digitsOf(shown) === digitsOf(value) ? value : shown || (value ?? '');
    }
    case 'date': {
      const day = cell['office:date-value']?.replace('T', ' ').replace(/ 00:00:00.*$|:00(?:\.0*)?$/, '');
      return day === undefined || shown === '' || shown === day ? (day ?? shown) : `${day} (${shown})`;
    }
    default:
      return shown;
  }
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
