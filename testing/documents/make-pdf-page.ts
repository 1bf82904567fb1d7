import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assemblePdf } from './make-pdf.ts';

export interface PdfPageParts {
  /** Drawing instructions; `/F1` is Helvetica. */
  content: string;
  /** Dictionaries of annotations, without their brackets. */
  annotations?: readonly string[];
  /** What else stands in the page's dictionary, and in its resources. */
  page?: string;
  resources?: string;
  /** Names and objects of further fonts. */
  fonts?: string;
  /** What else stands in the catalogue. */
  catalog?: string;
  /** Objects that the others name, from {@link FIRST_OBJECT} on. */
  objects?: readonly (string | Buffer)[];
}

export const FIRST_OBJECT = 6;

/** A PDF of one page, put together from the words of the format. */
export function makePdfPage(parts: PdfPageParts): Buffer {
  const { content, annotations = [], page = '', resources = '', fonts = '', catalog = '', objects = [] } = parts;
  const first = FIRST_OBJECT + objects.length;
  const annots = annotations.map((_, index) => `${first + index} 0 R`).join(' ');
  const all = [
    `<</Type/Catalog/Pages 2 0 R${catalog}>>`,
    '<</Type/Pages/Count 1/Kids[4 0 R]>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>',
    `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R${fonts}>>${resources}>>` +
      `/Contents 5 0 R/Annots[${annots}]${page}>>`,
    pdfStream(content),
    ...objects,
    ...annotations.map((dictionary) => `<</Type/Annot${dictionary}>>`),
  ];
  return assemblePdf(all.map((object) => Buffer.from(object)));
}

/** One line of Helvetica, 11 points high. */
export function pdfLine(text: string, x: number, y: number, font = 'F1'): string {
  return `BT /${font} 11 Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[\\()]/g, '\\$&')}) Tj ET\n`;
}

export function pdfStream(content: string | Buffer, dictionary = ''): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([
    Buffer.from(`<<${dictionary}/Length ${bytes.length}>>\nstream\n`),
    bytes,
    Buffer.from('\nendstream'),
  ]);
}

/** Of the space, and of `a` to `z`, in thousandths of an em. */
const WIDTHS =
  '3[278]68[556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500]';

/** The font `/F2` of {@link numberedText}, whose codes are numbers of glyphs, and which does not say of which characters. */
export function numberedFont(): Pick<Required<PdfPageParts>, 'fonts' | 'objects'> {
  const path = new URL('standard_fonts/LiberationSans-Regular.ttf', import.meta.resolve('pdfjs-dist/package.json'));
  return {
    fonts: `/F2 ${FIRST_OBJECT} 0 R`,
    objects: [
      `<</Type/Font/Subtype/Type0/BaseFont/Liberation/Encoding/Identity-H/DescendantFonts[${FIRST_OBJECT + 1} 0 R]>>`,
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/Liberation/CIDToGIDMap/Identity/DW 722/W[${WIDTHS}]/FontDescriptor ${FIRST_OBJECT + 2} 0 R` +
        '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>',
      '<</Type/FontDescriptor/FontName/Liberation/Flags 4/FontBBox[-500 -300 1300 1000]/ItalicAngle 0/Ascent 905' +
        `/Descent -212/CapHeight 700/StemV 80/FontFile2 ${FIRST_OBJECT + 3} 0 R>>`,
      pdfStream(readFileSync(fileURLToPath(path))),
    ],
  };
}

/** A line in the font of {@link numberedFont}, 14 points high. */
export function numberedText(text: string, x: number, y: number): string {
  const codes = [...text].map((sign) => (sign.charCodeAt(0) - 29).toString(16).padStart(4, '0'));
  return `BT /F2 14 Tf 1 0 0 1 ${x} ${y} Tm <${codes.join('')}> Tj ET\n`;
}
