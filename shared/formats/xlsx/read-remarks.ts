import type { OfficePackage } from '../ooxml/open-package.ts';
import { unescapeOffice } from '../ooxml/unescape.ts';
import { cellText } from '../sheet/row.ts';
import { readCellReference } from './cell-reference.ts';

/** What a sheet says beside its cells, and at which row. */
export interface SheetRemark {
  row: number;
  text: string;
}

/** Stands for a thread of comments in programs that know none, and repeats them. */
const THREAD_NOTICE = '[Threaded comment]';

/** The comments on a sheet's cells, threads included, in the order of their rows. @throws AppError as readXml */
export async function readRemarks(pack: OfficePackage, sheetPart: string): Promise<SheetRemark[]> {
  const remarks: (SheetRemark & { reference: string; isNotice: boolean })[] = [];
  const threads = new Set<string>();
  for (const { type, target } of (await pack.relationships(sheetPart)).values()) {
    const isThread = type === 'threadedComment';
    if ((type !== 'comments' && !isThread) || !pack.parts.names.has(target)) continue;
    let reference = '';
    let text = '';
    let reading = false;
    let phonetic = false;
    await pack.read(target, {
      open(name, attributes) {
        if (name === 'comment' || name === 'threadedComment') {
          reference = attributes.ref ?? '';
          text = '';
        } else if (name === 'rPh') phonetic = true;
        reading = (name === 't' && !phonetic) || (isThread && name === 'text');
      },
      text(piece) {
        if (reading) text += piece;
      },
      close(name) {
        reading = false;
        if (name === 'rPh') phonetic = false;
        if (name !== 'comment' && name !== 'threadedComment') return;
        const content = cellText(unescapeOffice(text));
        const row = readCellReference(reference)?.row;
        if (content === '' || row === undefined) return;
        if (isThread) threads.add(reference);
        const isNotice = content.startsWith(THREAD_NOTICE);
        remarks.push({ row, text: `Comment on ${reference}: ${content}`, reference, isNotice });
      },
    });
  }
  return remarks
    .filter(({ reference, isNotice }) => !(isNotice && threads.has(reference)))
    .sort((a, b) => a.row - b.row)
    .map(({ row, text }) => ({ row, text }));
}
