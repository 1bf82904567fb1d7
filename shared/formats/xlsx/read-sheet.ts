import type { OfficePackage } from '../ooxml/open-package.ts';
import { unescapeOffice } from '../ooxml/unescape.ts';
import type { MergedCells } from '../sheet/merged-cells.ts';
import { type Cell, cellText, type SheetRow } from '../sheet/row.ts';
import { GENERAL, type NumberFormat, showNumber, showText } from '../sheet/show-number.ts';
import { readCellReference } from './cell-reference.ts';

/** What the cells of a sheet refer to. */
export interface Workbook {
  strings: readonly string[];
  styles: readonly NumberFormat[];
  from1904: boolean;
}

/**
 * Streams the rows of one sheet: what its cells show, the value of formulas as it was last computed.
 * @throws AppError as readXml
 */
export async function readSheet(
  pack: OfficePackage,
  part: string,
  partBytes: number,
  workbook: Workbook,
  merged: MergedCells,
  onRow: (row: SheetRow) => void,
): Promise<void> {
  let row = 0;
  let column = -1;
  let cells: Cell[] = [];
  let type = '';
  let style = 0;
  let value = '';
  let reading = false;
  let phonetic = false;
  await pack.read(
    part,
    {
      open(name, attributes) {
        switch (name) {
          case 'row':
            row = position(attributes.r, row + 1);
            column = -1;
            cells = [];
            break;
          case 'c':
            column = readCellReference(attributes.r ?? '')?.column ?? column + 1;
            type = attributes.t ?? 'n';
            style = Number(attributes.s ?? 0);
            value = '';
            break;
          case 'rPh':
            phonetic = true;
            break;
        }
        reading = name === 'v' || (name === 't' && !phonetic);
      },
      text(piece) {
        if (reading) value += piece;
      },
      close(name) {
        reading = false;
        if (name === 'rPh') phonetic = false;
        else if (name === 'c') {
          const text = value === '' ? '' : write(value, type, workbook.styles[style] ?? GENERAL, workbook);
          if (text !== '') cells.push(type === 'n' ? { column, text, isValue: true } : { column, text });
        } else if (name === 'row' && cells.length > 0) onRow({ number: row, cells: merged.fill(row, cells) });
      },
    },
    partBytes,
  );
}

function position(raw: string | undefined, otherwise: number): number {
  const row = Number(raw);
  return Number.isInteger(row) && row > 0 ? row : otherwise;
}

function write(value: string, type: string, style: NumberFormat, workbook: Workbook): string {
  switch (type) {
    case 's':
      return inStyle(workbook.strings[Number(value)] ?? '', style);
    case 'b':
      return value.trim() === '1' ? 'TRUE' : 'FALSE';
    case 'n':
      return cellText(showNumber(value, style, workbook.from1904));
    case 'str':
    case 'inlineStr':
      return inStyle(cellText(unescapeOffice(value)), style);
    default:
      // Errors (`#N/A`) and dates in ISO 8601.
      return cellText(value);
  }
}

function inStyle(text: string, style: NumberFormat): string {
  const shown = showText(text, style);
  return shown === text ? text : cellText(shown);
}
