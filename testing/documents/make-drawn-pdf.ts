import { assemblePdf } from './make-pdf.ts';

export interface DrawnPdf {
  /** The operators that draw each page, with the fonts `/F1`, Helvetica, and `/F2`, the same with {@link letters}. */
  pages: readonly string[];
  /** What the codes of `/F2` stand for (its ToUnicode). */
  letters?: Readonly<Record<number, string>>;
  /** Further entries of each page, such as `/Rotate 90`. */
  page?: string;
}

/** Writes a PDF of A4 pages whose every operator the test says itself. */
export function makeDrawnPdf({ pages, letters = {}, page = '' }: DrawnPdf): Buffer {
  const first = 6;
  const kids = pages.map((_, at) => `${first + 2 * at} 0 R`).join(' ');
  const font = '/Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding';
  const resources = '/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>';
  return assemblePdf([
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from(`<</Type/Pages/Count ${pages.length}/Kids[${kids}]>>`),
    Buffer.from(`<<${font}>>`),
    Buffer.from(`<<${font}/ToUnicode 5 0 R>>`),
    stream(toUnicode(letters)),
    ...pages.flatMap((content, at) => [
      Buffer.from(
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]${page}${resources}/Contents ${first + 2 * at + 1} 0 R>>`,
      ),
      stream(content),
    ]),
  ]);
}

/** Shows a string in 10 points. @param y from the bottom of the page */
export function show(text: string, x: number, y: number, font: 'F1' | 'F2' = 'F1'): string {
  return `BT /${font} 10 Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`;
}

function stream(content: string): Buffer {
  const data = Buffer.from(content, 'latin1');
  return Buffer.concat([Buffer.from(`<</Length ${data.length}>>\nstream\n`), data, Buffer.from('\nendstream')]);
}

function toUnicode(letters: Readonly<Record<number, string>>): string {
  const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');
  const ascii = Array.from({ length: 95 }, (_, at): [number, string] => [at + 32, String.fromCharCode(at + 32)]);
  const all = new Map([
    ...ascii,
    ...Object.entries(letters).map(([code, text]): [number, string] => [Number(code), text]),
  ]);
  const lines = [...all].map(([code, text]) => {
    const units = Array.from({ length: text.length }, (_, at) => hex(text.charCodeAt(at), 4)).join('');
    return `<${hex(code, 2)}> <${units}>`;
  });
  return [
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def',
    '1 begincodespacerange <00> <FF> endcodespacerange',
    `${lines.length} beginbfchar`,
    ...lines,
    'endbfchar endcmap end end',
  ].join('\n');
}
