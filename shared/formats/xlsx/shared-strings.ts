import type { OfficePackage } from '../ooxml/open-package.ts';
import { unescapeOffice } from '../ooxml/unescape.ts';
import { cellText } from '../sheet/row.ts';

/** The texts of a workbook, which its cells name by their index. @throws AppError as readXml */
export async function readSharedStrings(
  pack: OfficePackage,
  part: string | undefined,
  partBytes: number,
): Promise<string[]> {
  const strings: string[] = [];
  if (part === undefined || !pack.parts.names.has(part)) return strings;
  let text = '';
  let reading = false;
  let phonetic = false;
  await pack.read(
    part,
    {
      open(name) {
        if (name === 'si') text = '';
        else if (name === 'rPh') phonetic = true;
        reading = name === 't' && !phonetic;
      },
      text(piece) {
        if (reading) text += piece;
      },
      close(name) {
        reading = false;
        if (name === 'rPh') phonetic = false;
        // A copy: what the XML parser gives is a slice that would keep its whole piece of the file in memory.
        else if (name === 'si') strings.push(Buffer.from(cellText(unescapeOffice(text))).toString());
      },
    },
    partBytes,
  );
  return strings;
}
