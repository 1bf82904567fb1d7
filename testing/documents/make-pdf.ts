import { deflateSync } from 'node:zlib';

export interface MakePdfOptions {
  /** The text of each page, or how many pages of {@link samplePageText} to write. */
  pages: readonly string[] | number;
  /** Deflate the page contents, as most programs do. Default true. */
  compress?: boolean;
}

const BODY_SIZE = 11;
const HEADING_SIZE = 20;
const LINE_CHARS = 90;

/**
 * Writes a PDF of A4 pages in Helvetica. A line that begins with `# ` becomes a heading in large type; long lines
 * are wrapped; an empty line parts paragraphs. Characters outside Latin-1 become `?`. 4,000 pages take about a second.
 */
export function makePdf({ pages, compress = true }: MakePdfOptions): Buffer {
  const texts = typeof pages === 'number' ? Array.from({ length: pages }, (_, i) => samplePageText(i + 1)) : pages;
  // Objects 1 catalogue, 2 page tree, 3 font; then a page and its content, in turn.
  const kids = texts.map((_, i) => `${4 + 2 * i} 0 R`).join(' ');
  const objects: Buffer[] = [
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from(`<</Type/Pages/Count ${texts.length}/Kids[${kids}]>>`),
    Buffer.from('<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>'),
  ];
  texts.forEach((text, i) => {
    objects.push(
      Buffer.from(
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>/Contents ${5 + 2 * i} 0 R>>`,
      ),
      stream(pageContent(text), compress),
    );
  });
  return assemblePdf(objects);
}

/** A page that can be told from all others: each holds its number as a word that occurs nowhere else. */
export function samplePageText(number: number): string {
  const paragraph =
    `Station log ${number}. The crew of section ${number} checked the pumps, wrote down the water level and ` +
    `replaced valve V-${number * 7}. The reading was ${(number * 37) % 1000} millimetres, which is within the limits ` +
    'agreed with the district office. Nothing else happened until the evening, when the wind turned to the north.';
  return [`# Day ${number}`, paragraph, '', `The marker of this page is marker${number}x.`, '', paragraph].join('\n');
}

function pageContent(text: string): string {
  const operators = ['BT', '1 0 0 1 60 780 Tm'];
  for (const line of text.split('\n')) {
    const heading = line.startsWith('# ');
    const size = heading ? HEADING_SIZE : BODY_SIZE;
    operators.push(`/F1 ${size} Tf`);
    for (const part of wrap(heading ? line.slice(2) : line)) {
      operators.push(`(${escapeString(part)}) Tj`, `0 ${-Math.round(size * 1.3)} Td`);
    }
  }
  return [...operators, 'ET'].join('\n');
}

function wrap(line: string): string[] {
  return line.match(new RegExp(`.{1,${LINE_CHARS}}(?:\\s+|$)|\\S{${LINE_CHARS}}`, 'g')) ?? [''];
}

function escapeString(text: string): string {
  return text
    .trimEnd()
    .replace(/[\\()]/g, '\\$&')
    .replace(/[^\x20-\xff]/g, '?');
}

function stream(content: string, compress: boolean): Buffer {
  const plain = Buffer.from(content, 'latin1');
  const data = compress ? deflateSync(plain) : plain;
  const filter = compress ? '/Filter/FlateDecode' : '';
  return Buffer.concat([
    Buffer.from(`<</Length ${data.length}${filter}>>\nstream\n`),
    data,
    Buffer.from('\nendstream'),
  ]);
}

/** Numbers the objects from 1, the catalogue being the first, and writes the cross-reference table. */
export function assemblePdf(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n', 'latin1')];
  let length = parts[0]?.length ?? 0;
  const offsets: number[] = [];
  const push = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
  };
  objects.forEach((object, i) => {
    offsets.push(length);
    push(Buffer.concat([Buffer.from(`${i + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]));
  });
  const xref = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const startOfXref = length;
  push(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${xref}`));
  push(Buffer.from(`trailer\n<</Size ${objects.length + 1}/Root 1 0 R>>\nstartxref\n${startOfXref}\n%%EOF\n`));
  return Buffer.concat(parts);
}
