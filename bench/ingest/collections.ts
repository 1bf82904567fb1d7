import { makeDocx } from '#testing/documents/make-docx.ts';
import { makeEml } from '#testing/documents/make-mail.ts';
import { makeOdf } from '#testing/documents/make-odf.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { createProse } from '#testing/documents/make-prose.ts';
import { makeReport } from '#testing/documents/make-report.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';

export interface BenchFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Files that people put in at once. */
export interface Collection {
  name: string;
  /** How many pages they have together, where that is what counts. */
  pages?: number;
  files: BenchFile[];
}

const SMALL_TEXTS = 1_400;
const OFFICE_FILES = 200;
const LONG_PAGES = 4_000;
const REPORTS = 10;
const REPORT_PAGES = 140;
/** About 1 kB. */
const SENTENCES = 9;

export const smallTexts = (): Collection => ({
  name: `${SMALL_TEXTS} texts of 1 kB`,
  files: numbered(SMALL_TEXTS, (n) => ({ name: `note-${n}.txt`, bytes: utf8(createProse(n).paragraph(SENTENCES)) })),
});

/** Word, Excel, PowerPoint, OpenDocument, mail, HTML, CSV and short PDFs in turn. */
export const officeFiles = (): Collection => ({
  name: `${OFFICE_FILES} office files`,
  files: numbered(OFFICE_FILES, (n) => {
    const make = OFFICE[n % OFFICE.length];
    if (!make) throw new RangeError('There is no kind of office file.');
    const [ending, bytes] = make(createProse(n));
    return { name: `office-${n}.${ending}`, bytes: new Uint8Array(bytes) };
  }),
});

export const longPdf = (): Collection => ({
  name: `a PDF of ${LONG_PAGES.toLocaleString('en')} pages`,
  pages: LONG_PAGES,
  files: [{ name: 'long.pdf', bytes: new Uint8Array(makePdf({ pages: LONG_PAGES })) }],
});

export const reports = (): Collection => ({
  name: `${REPORTS} reports of ${REPORT_PAGES} pages`,
  pages: REPORTS * REPORT_PAGES,
  files: numbered(REPORTS, (n) => ({
    name: `report-${n}.pdf`,
    bytes: new Uint8Array(makeReport({ pages: REPORT_PAGES, seed: n + 1 })),
  })),
});

type Prose = ReturnType<typeof createProse>;

const table = (prose: Prose): string[][] =>
  numbered(20, () => [
    prose.sentence().split(' ').slice(0, 4).join(' '),
    String(prose.below(10_000)),
    String(prose.below(100)),
  ]);

const OFFICE: readonly ((prose: Prose) => [ending: string, bytes: Buffer])[] = [
  (prose) => [
    'docx',
    makeDocx({ paragraphs: ['# Minutes', ...numbered(12, () => prose.paragraph(4))], table: table(prose) }),
  ],
  (prose) => [
    'xlsx',
    makeXlsx([
      { name: 'Figures', rows: table(prose) },
      { name: 'Plan', rows: table(prose) },
    ]),
  ],
  (prose) => [
    'pptx',
    makePptx(
      numbered(8, () => ({
        title: prose.sentence(),
        paragraphs: numbered(4, () => prose.sentence()),
        notes: prose.paragraph(2),
      })),
    ),
  ],
  (prose) => ['odt', makeOdf('text', numbered(12, () => `<text:p>${prose.paragraph(4)}</text:p>`).join(''))],
  (prose) => [
    'eml',
    makeEml({ subject: prose.sentence(), text: numbered(5, () => prose.paragraph(3)).join('\r\n\r\n') }),
  ],
  (prose) => [
    'html',
    Buffer.from(`<html><body>${numbered(10, () => `<p>${prose.paragraph(4)}</p>`).join('')}</body></html>`),
  ],
  (prose) => [
    'csv',
    Buffer.from(
      table(prose)
        .map((row) => row.join(';'))
        .join('\n'),
    ),
  ],
  (prose) => ['pdf', makePdf({ pages: numbered(4, () => prose.paragraph(14)) })],
];

function numbered<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
