import { deflateSync } from 'node:zlib';
import { FIRST_OBJECT, makePdfPage, pdfLine, pdfStream } from './make-pdf-page.ts';
import { repeatZlib } from './repeat-deflated.ts';

const FILE = '/Type/EmbeddedFile';
const filespec = (name: string): string => `<</Type/Filespec/F(${name})/EF<</F ${FIRST_OBJECT} 0 R>>>>`;
const NAMES = `/Names<</EmbeddedFiles<</Names[(one) ${FIRST_OBJECT + 1} 0 R]>>>>`;

/** A form that was filled in, with a remark and an attached file. */
export function makePdfForm(): Buffer {
  return makePdfPage({
    content: pdfLine('Applicant:', 72, 700) + pdfLine('Tides are paid for by the hour.', 72, 600),
    catalog: `${NAMES}/AcroForm<</Fields[]/DA(/Helv 11 Tf)>>`,
    objects: [pdfStream('The moorings ledger.', FILE), filespec('ledger.txt')],
    annotations: [
      '/Subtype/Widget/Rect[150 695 400 712]/F 4/FT/Tx/T(applicant)/V(Gudrun Halvorsen)',
      '/Subtype/Widget/Rect[72 660 84 672]/F 4/FT/Btn/T(insured)/V/Yes/AS/Yes/AP<</N<</Yes null/Off null>>>>',
      '/Subtype/Text/Rect[300 590 320 610]/F 4/Contents(By the hour?)',
    ],
  });
}

/** A PDF of kilobytes with an attached file of so many megabytes. */
export function makeAttachmentBomb(megabytes: number): Buffer {
  const packed = deflateSync(repeatZlib(Buffer.alloc(1024 * 1024), megabytes), { level: 9 });
  return makePdfPage({
    content: pdfLine('See the attachment.', 72, 700),
    catalog: NAMES,
    objects: [pdfStream(packed, `${FILE}/Filter[/FlateDecode/FlateDecode]`), filespec('zeros.txt')],
  });
}

/** A PDF of some megabytes whose only page has so many notes on it. */
export function makeNotesBomb(notes: number): Buffer {
  return makePdfPage({
    content: Array.from({ length: 1_000 }, (_, index) => pdfLine(`word${index}`, 60, index % 800)).join(''),
    annotations: Array.from(
      { length: notes },
      (_, index) => `/Subtype/Text/Rect[9 ${index % 800} 20 ${(index % 800) + 9}]/F 4/Contents(note ${index})`,
    ),
  });
}
