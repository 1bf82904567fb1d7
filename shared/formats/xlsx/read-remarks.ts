import type { OfficePackage } from '../ooxml/open-package.ts';
import { cellText } from '../sheet/row.ts';
import { readCellReference } from './cell-reference.ts';

/** The comments on a sheet's cells, in the order of their rows. @throws AppError as readXml */
export async function readRemarks(pack: OfficePackage, sheetPart: string): Promise<{ row: number; text: string }[]> {
  const remarks: { row: number; text: string }[] = [];
  for (const { type, target } of (await pack.relationships(sheetPart)).values()) {
    if (type !== 'comments' || !pack.parts.names.has(target)) continue;
    let reference = '';
    let text = '';
    let reading = false;
    await pack.read(target, {
      open(name, attributes) {
        if (name === 'comment') {
          reference = attributes.ref ?? '';
          text = '';
        }
        reading = name === 't';
      },
      text(piece) {
        if (reading) text += piece;
      },
      close(name) {
        reading = false;
        const content = name === 'comment' ? cellText(text) : '';
        const row = readCellReference(reference)?.row;
        if (content !== '' && row !== undefined) remarks.push({ row, text: `Comment on ${reference}: ${content}` });
      },
    });
  }
  return remarks.sort((a, b) => a.row - b.row);
}
