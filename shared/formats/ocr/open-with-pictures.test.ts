import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import type { Ocr } from '#shared/ports/ocr.ts';
import { makeDocx } from '#testing/documents/make-docx.ts';
import { makeOdf } from '#testing/documents/make-odf.ts';
import { drawText } from '#testing/documents/make-picture.ts';
import { makePptx } from '#testing/documents/make-pptx.ts';
import { makeXlsx } from '#testing/documents/make-xlsx.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import { docx } from '../docx/docx.ts';
import type { ExtractedPage, Format } from '../format.ts';
import { odp } from '../odf/odp.ts';
import { ods } from '../odf/ods.ts';
import { odt } from '../odf/odt.ts';
import { pptx } from '../pptx/pptx.ts';
import { xlsx } from '../xlsx/xlsx.ts';

let folder: string;
let scan: Buffer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-pictures-'));
  scan = await drawText(['The tenant pays 1450 crowns.'], { width: 600 }).png().toBuffer();
});
afterAll(() => rm(folder, { recursive: true }));

/** Finds one word in each picture. */
const ONE_WORD: Ocr = {
  languages: ['eng'],
  read: async () => [[[{ text: 'Lease', confidence: 95, x0: 1, y0: 1, x1: 9, y1: 9 }]]],
  close: async () => undefined,
};

async function read(
  format: Format,
  bytes: Buffer,
  ocr: Ocr | undefined = ONE_WORD,
): Promise<{ pages: ExtractedPage[]; warnings: string[] }> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  const document = await format.open(path, { ...NO_TOOLS, ocr });
  const pages: ExtractedPage[] = [];
  for (let number = 1; number <= document.pageCount; number++) pages.push(await document.page(number));
  await document.close();
  return { pages, warnings: document.warnings };
}
const textOf = async (...args: Parameters<typeof read>): Promise<string[]> =>
  (await read(...args)).pages.map(({ text }) => text);

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
/** @param cm how wide and high it is shown */
const drawing = (id: string, cm: number): string =>
  `<w:p><w:r><w:drawing><wp:extent cx="${cm * 360_000}" cy="${cm * 360_000}"/><a:blip r:embed="${id}"/></w:drawing></w:r></w:p>`;
const media = (id: string, data: Buffer | string, name = `${id}.png`) => ({
  id,
  type: 'image',
  target: `media/${name}`,
  data,
});

it('reads a picture in Word at its place, once, and no small one', async () => {
  const bytes = makeDocx({
    bodyXml:
      paragraph('Before') +
      drawing('p1', 10) +
      paragraph('Between') +
      drawing('p2', 2) +
      drawing('p1', 10) +
      paragraph('After'),
    related: [media('p1', scan), media('p2', scan)],
  });
  const { pages, warnings } = await read(docx, bytes);
  expect(pages).toMatchObject([
    { text: 'Before', charOffset: 0 },
    { text: 'Lease', charOffset: 6 },
    { text: 'Between\n\nAfter', charOffset: 6 },
  ]);
  expect(warnings).toEqual([]);
});

it('reads old drawings, in tables and headers, too', async () => {
  const old =
    '<w:p><w:r><w:pict><v:shape style="width:400pt;height:200pt"><v:imagedata r:id="p1"/></v:shape></w:pict></w:r></w:p>';
  const bodyXml = `<w:tbl><w:tr><w:tc>${old}${paragraph('cell')}</w:tc></w:tr></w:tbl>${paragraph('After')}`;
  expect(await textOf(docx, makeDocx({ bodyXml, related: [media('p1', scan)] }))).toEqual(['cell', 'Lease', 'After']);
});

it('says why words in pictures were not read, and keeps the text', async () => {
  const bytes = makeDocx({ bodyXml: paragraph('Text') + drawing('p1', 10), related: [media('p1', scan)] });
  const without = await read(docx, bytes, {
    ...ONE_WORD,
    read: () => Promise.reject(new AppError('MODEL_UNAVAILABLE', { detail: 'Install deu.' })),
  });
  expect(without.pages[0]?.text).toBe('Text');
  expect(without.warnings).toEqual([expect.stringContaining('Install deu.')]);
  const path = join(folder, 'off');
  await writeFile(path, bytes);
  const off = await docx.open(path, { ...NO_TOOLS, ocr: undefined });
  expect([off.pageCount, off.warnings]).toEqual([1, [expect.stringContaining('were not read')]]);
  const late = await read(docx, bytes, { ...ONE_WORD, read: async () => undefined });
  expect(late.warnings).toEqual([expect.stringContaining('within the time limit')]);
  const foreign = makeDocx({
    bodyXml: paragraph('Text') + drawing('p1', 10),
    related: [media('p1', 'not a picture', 'p1.emf')],
  });
  expect(await read(docx, foreign)).toMatchObject({
    pages: [{ text: 'Text' }],
    warnings: [expect.stringContaining('(emf)')],
  });
});

it('is never empty without a word about it', async () => {
  const bytes = makeDocx({ bodyXml: drawing('p1', 10), related: [media('p1', scan)] });
  const { pages, warnings } = await read(docx, bytes, { ...ONE_WORD, read: async () => [] });
  expect(pages.map(({ text }) => text)).toEqual(['']);
  expect(warnings).toEqual([expect.stringContaining('No text was found')]);
});

it('reads pictures on slides that say little else', async () => {
  const related = [{ id: 'p1', type: 'image', target: '../media/p1.png', data: scan }];
  const shapesXml =
    '<p:pic><p:blipFill><a:blip r:embed="p1"/></p:blipFill><p:spPr><a:xfrm><a:ext cx="7200000" cy="7200000"/></a:xfrm></p:spPr></p:pic>';
  const said =
    'A slide of text, whose pictures are pictures, because it says enough by itself to be found by what it says.';
  expect(await textOf(pptx, makePptx([{ title: 'Scan', shapesXml, related }]))).toEqual(['# Scan\n\nLease']);
  expect(await textOf(pptx, makePptx([{ paragraphs: [said], shapesXml, related }]))).toEqual([said]);
});

it('reads pictures on sheets behind the rows', async () => {
  const drawn =
    '<xdr:wsDr><xdr:from><xdr:row>4</xdr:row></xdr:from><xdr:pic><xdr:blipFill><a:blip r:embed="p1"/></xdr:blipFill></xdr:pic></xdr:wsDr>';
  const wide = await drawText(['A'], { width: 900 }).png().toBuffer();
  const extra = [
    {
      name: 'xl/drawings/_rels/d1.xml.rels',
      data: '<Relationships><Relationship Id="p1" Type="x/image" Target="../media/p1.png"/></Relationships>',
    },
    { name: 'xl/media/p1.png', data: wide },
  ];
  const related = [{ id: 'd1', type: 'drawing', target: '../drawings/d1.xml', data: drawn }];
  const { pages } = await read(xlsx, makeXlsx([{ name: 'S', rows: [['a', 'b']], related }], { extra }));
  expect(pages).toMatchObject([
    { text: 'S\n\na | b\n' },
    { text: 'Lease', place: { kind: 'sheet', sheet: 'S', rows: [{ row: 5 }] } },
  ]);
});

it('reads pictures in OpenDocument files', async () => {
  const frame = '<draw:frame svg:width="16cm" svg:height="4cm"><draw:image xlink:href="Pictures/p1.png"/></draw:frame>';
  const p = (inner: string): string => `<text:p>${inner}</text:p>`;
  const wide = await drawText(['A'], { width: 900 }).png().toBuffer();
  const more = { extra: [{ name: 'Pictures/p1.png', data: wide }] };
  expect(await textOf(odt, makeOdf('text', p('Before') + p(frame) + p('After'), more))).toEqual([
    'Before',
    'Lease',
    'After',
  ]);
  expect(await textOf(odp, makeOdf('presentation', `<draw:page>${frame}</draw:page>`, more))).toEqual(['Lease']);
  const sheet = `<table:table table:name="S"><table:table-row><table:table-cell>${p('a')}${frame}</table:table-cell></table:table-row></table:table>`;
  expect(await textOf(ods, makeOdf('spreadsheet', sheet, more))).toEqual(['S\n\na\n', 'Lease']);
});
