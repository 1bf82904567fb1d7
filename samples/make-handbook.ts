import { PDFDocument, type PDFFont, type PDFPage, rgb, StandardFonts } from 'pdf-lib';
import { type Block, HANDBOOK_PAGES } from './handbook-content.ts';

const PAGE = { width: 595, height: 842, margin: 62 };
const WIDTH = PAGE.width - 2 * PAGE.margin;
const STYLES = {
  title: { size: 24, leading: 30, before: 0, after: 12, bold: true },
  heading: { size: 17, leading: 22, before: 14, after: 5, bold: true },
  subheading: { size: 13, leading: 17, before: 9, after: 2, bold: true },
  paragraph: { size: 11, leading: 15, before: 0, after: 7, bold: false },
};
const CELL = { size: 10, leading: 18 };

/** The handbook as a PDF; the same bytes each time, whenever it is made. */
export async function makeHandbook(date: Date): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.setTitle('Skerry Bay Field Station: Handbook');
  document.setAuthor('Skerry Bay Field Station');
  document.setProducer('samples/make-samples.ts');
  document.setCreator('samples/make-samples.ts');
  document.setCreationDate(date);
  document.setModificationDate(date);
  const fonts = {
    plain: await document.embedFont(StandardFonts.TimesRoman),
    bold: await document.embedFont(StandardFonts.HelveticaBold),
  };
  HANDBOOK_PAGES.forEach((blocks, index) => {
    drawPage(document.addPage([PAGE.width, PAGE.height]), blocks, index + 1, fonts);
  });
  return document.save();
}

interface Fonts {
  plain: PDFFont;
  bold: PDFFont;
}

function drawPage(page: PDFPage, blocks: Block[], number: number, fonts: Fonts): void {
  let y = PAGE.height - PAGE.margin;
  for (const block of blocks) {
    if (block.kind === 'table') y = drawTable(page, block, y, fonts);
    else if (block.kind === 'list') y = drawList(page, block.items, y, fonts);
    else y = drawText(page, block, y, fonts);
  }
  if (y < PAGE.margin) throw new Error(`Page ${number} of the handbook is too full: ${Math.round(y)}.`);
  page.drawText(String(number), { x: PAGE.width / 2, y: 34, size: 9, font: fonts.plain });
}

function drawText(
  page: PDFPage,
  block: { kind: keyof typeof STYLES; text: string },
  top: number,
  fonts: Fonts,
): number {
  const { size, leading, before, after, bold } = STYLES[block.kind];
  const font = bold ? fonts.bold : fonts.plain;
  let y = top - before;
  for (const line of wrap(block.text, font, size, WIDTH)) {
    y -= leading;
    page.drawText(line, { x: PAGE.margin, y, size, font });
  }
  return y - after;
}

function drawList(page: PDFPage, items: string[], top: number, fonts: Fonts): number {
  const { size, leading, after } = STYLES.paragraph;
  let y = top;
  for (const item of items) {
    wrap(item, fonts.plain, size, WIDTH - 16).forEach((line, index) => {
      y -= leading;
      if (index === 0) page.drawText('•', { x: PAGE.margin + 2, y, size, font: fonts.plain });
      page.drawText(line, { x: PAGE.margin + 16, y, size, font: fonts.plain });
    });
  }
  return y - after;
}

function drawTable(page: PDFPage, table: { widths: number[]; rows: string[][] }, top: number, fonts: Fonts): number {
  let y = top - 4;
  const right = PAGE.margin + table.widths.reduce((sum, width) => sum + width, 0);
  table.rows.forEach((row, index) => {
    y -= CELL.leading;
    let x = PAGE.margin;
    row.forEach((cell, column) => {
      page.drawText(cell, { x: x + 3, y: y + 5, size: CELL.size, font: index === 0 ? fonts.bold : fonts.plain });
      x += table.widths[column] ?? 0;
    });
    page.drawLine({
      start: { x: PAGE.margin, y },
      end: { x: right, y },
      thickness: index === 0 ? 1 : 0.4,
      color: rgb(0.5, 0.5, 0.5),
    });
  });
  return y - 12;
}

function wrap(text: string, font: PDFFont, size: number, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && font.widthOfTextAtSize(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}
