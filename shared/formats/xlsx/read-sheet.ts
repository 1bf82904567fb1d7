import type { OfficePackage } from '../ooxml/open-package.ts';
import type { MergedCells } from '../sheet/merged-cells.ts';
import { type Cell, cellText, type SheetRow } from '../sheet/row.ts';
import { readCellReference } from './cell-reference.ts';
import type { NumberKind } from './number-formats.ts';
import { writeNumber } from './write-number.ts';

/** What the cells of a sheet refer to. */
export interface Workbook {
  strings: readonly string[];
  styles: readonly NumberKind[];
  from1904: boolean;
}

const PLAIN: NumberKind = { kind: 'number' };

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
          const text = value === '' ? '' : write(value, type, workbook.styles[style] ?? PLAIN, workbook);
          if (text !== '') cells.push({ column, text });
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

function write(value: string, type: string, style: NumberKind, workbook: Workbook): string {
  switch (type) {
    case 's':
      return workbook.strings[Number(value)] ?? '';
    case 'b':
      return value.trim() === '1' ? 'TRUE' : 'FALSE';
    case 'n':
      return cellText(writeNumber(value, style, workbook.from1904));
    default:
      // Texts, formulas that give texts, errors (`#N/A`) and dates in ISO 8601.
      return cellText(value);
  }
}
