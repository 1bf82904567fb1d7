import { deflateSync } from 'node:zlib';
import { assemblePdf } from './make-pdf.ts';
import { createProse } from './make-prose.ts';

const LINE_CHARS = 88;
const LINE_STEP = 13;
const LEFT = 60;
const TOP = 780;
const BOTTOM = 70;
const COLUMNS = [60, 300, 380, 460];
const RIGHT = 535;

/**
 * A PDF that looks like an annual report: running heads and page numbers, headings, paragraphs in Helvetica, and on every
 * third page a ruled table of figures in four columns. The same bytes for the same seed.
 */
export function makeReport({ pages, seed }: { pages: number; seed: number }): Buffer {
  const kids = Array.from({ length: pages }, (_, at) => `${5 + 2 * at} 0 R`).join(' ');
  const font = (name: string): Buffer =>
    Buffer.from(`<</Type/Font/Subtype/Type1/BaseFont/${name}/Encoding/WinAnsiEncoding>>`);
  const objects = [
    Buffer.from('<</Type/Catalog/Pages 2 0 R>>'),
    Buffer.from(`<</Type/Pages/Count ${pages}/Kids[${kids}]>>`),
    font('Helvetica'),
    font('Helvetica-Bold'),
  ];
  for (let number = 1; number <= pages; number++) {
    const data = deflateSync(Buffer.from(pageContent(number, seed * 100_000 + number), 'latin1'));
    objects.push(
      Buffer.from(
        `<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Contents ${6 + 2 * (number - 1)} 0 R>>`,
      ),
      Buffer.concat([
        Buffer.from(`<</Length ${data.length}/Filter/FlateDecode>>\nstream\n`),
        data,
        Buffer.from('\nendstream'),
      ]),
    );
  }
  return assemblePdf(objects);
}

function pageContent(number: number, seed: number): string {
  const prose = createProse(seed);
  const operators: string[] = [];
  const write = (x: number, y: number, text: string, font = 'F1', size = 10): void => {
    operators.push(`BT /${font} ${size} Tf ${x} ${y} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`);
  };
  write(LEFT, 810, `Annual report ${2000 + (seed % 25)}`, 'F1', 8);
  write(RIGHT - 20, 40, String(number), 'F1', 8);
  let y = TOP;
  write(LEFT, y, `${number} ${prose.sentence().split(' ').slice(0, 5).join(' ')}`, 'F2', 16);
  y -= 30;
  if (number % 3 === 0) y = writeTable(operators, write, prose, y);
  while (y > BOTTOM) {
    for (const line of wrap(prose.paragraph(3 + prose.below(3)))) {
      if (y <= BOTTOM) break;
      write(LEFT, y, line);
      y -= LINE_STEP;
    }
    y -= LINE_STEP;
  }
  return operators.join('\n');
}

/** @returns where what follows begins */
function writeTable(
  operators: string[],
  write: (x: number, y: number, text: string, font?: string, size?: number) => void,
  prose: ReturnType<typeof createProse>,
  top: number,
): number {
  const rows = 8 + prose.below(14);
  const amount = (): string => `${prose.below(90) + 1},${String(prose.below(1000)).padStart(3, '0')}`;
  const cells = [
    ['in thousands', 'This year', 'Last year', 'Change'],
    ...Array.from({ length: rows }, () => [
      prose.sentence().split(' ').slice(2, 5).join(' '),
      amount(),
      amount(),
      `${prose.below(40)} %`,
    ]),
  ];
  cells.forEach((row, at) => {
    const y = top - at * (LINE_STEP + 3);
    operators.push(`${LEFT - 4} ${y - 4} m ${RIGHT} ${y - 4} l S`);
    for (const [column, text] of row.entries()) write(COLUMNS[column] ?? LEFT, y, text, at === 0 ? 'F2' : 'F1');
  });
  return top - cells.length * (LINE_STEP + 3) - LINE_STEP;
}

function wrap(text: string): string[] {
  return text.match(new RegExp(`.{1,${LINE_CHARS}}(?:\\s+|$)`, 'g'))?.map((line) => line.trimEnd()) ?? [];
}
