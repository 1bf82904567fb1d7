import { createMergedCells, type MergedCells } from '../sheet/merged-cells.ts';
import { type Cell, cellText } from '../sheet/row.ts';
import type { SheetPages } from '../sheet/sheet-pages.ts';
import type { Attributes, XmlEvents } from '../xml/read-xml.ts';

/** Times that one filled cell is told beside itself; sheets are padded with thousands, and a file can claim millions. */
const MOST_REPEATS = 64;

/** What parts words inside a cell. */
const PARTING = ['p', 's', 'tab', 'line-break'];

/**
 * Reads the sheets of an OpenDocument spreadsheet. A run of equal rows is told once, at its first row.
 * @throws AppError ARCHIVE_LIMIT from the event handlers
 */
export function createSheetReader(pages: SheetPages): XmlEvents {
  let merged: MergedCells = createMergedCells();
  let row = 1;
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

  return {
    open(name, attributes) {
      if (hidden > 0 || name === 'tracked-changes' || name === 'creator' || name === 'date') {
        hidden++;
        return;
      }
      if (name === 'table' && ++tables === 1) {
        pages.startSheet(attributes['table:name'] ?? '');
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
      else text += piece;
    },
    close(name) {
      if (hidden > 0) {
        hidden--;
        return;
      }
      if (name === 'table') tables--;
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

/** Numbers and dates by their values, which are the same in every country; everything else as it is shown. */
function shownValue(cell: Attributes, shown: string): string {
  switch (cell['office:value-type']) {
    case 'float':
      return cell['office:value'] ?? shown;
    case 'date':
      return cell['office:date-value']?.replace('T', ' ').replace(/ 00:00:00.*$|:00(?:\.0*)?$/, '') ?? shown;
    default:
      return shown;
  }
}
