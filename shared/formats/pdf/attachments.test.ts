import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIRST_OBJECT, makePdfPage, type PdfPageParts, pdfLine, pdfStream } from '#testing/documents/make-pdf-page.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import type { OpenDocument } from '../format.ts';
import { pdf } from './pdf.ts';

const LIMITS = { files: 5, bytes: 10_000, fileBytes: 1_000, levels: 2 };
const content = pdfLine('See the attached ledger.', 72, 700);
const embedded = (text: string): Buffer => pdfStream(text, '/Type/EmbeddedFile/Subtype/text#2Fplain');
const spec = (name: string, file: number): string => `<</Type/Filespec/F(${name})/UF(${name})/EF<</F ${file} 0 R>>>>`;
const named = (names: string): string => `/Names<</EmbeddedFiles<</Names[${names}]>>>>`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-attachments-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(parts: Partial<PdfPageParts>): Promise<OpenDocument> {
  const path = join(folder, `${crypto.randomUUID()}.pdf`);
  await writeFile(path, makePdfPage({ content, ...parts }));
  return pdf.open(path, NO_TOOLS);
}

async function filesOf(document: OpenDocument): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const child of (await document.children?.({ ...LIMITS, folder })) ?? []) {
    const to = join(folder, crypto.randomUUID());
    const size = await child.write(to).catch((error: Error) => error.message);
    files[child.path] = typeof size === 'string' ? size : await readFile(to, 'utf8');
  }
  return files;
}

describe('files attached to a PDF', () => {
  it('are those of the document and of its pages', async () => {
    const document = await open({
      catalog: named(`(invoice) ${FIRST_OBJECT + 1} 0 R`),
      objects: [
        embedded('<xml/>'),
        spec('factur-x.xml', FIRST_OBJECT),
        embedded('moorings'),
        spec('a/b.txt', FIRST_OBJECT + 2),
      ],
      annotations: [`/Subtype/FileAttachment/Rect[72 600 80 610]/F 4/FS ${FIRST_OBJECT + 3} 0 R`],
    });
    expect(await document.holdsFiles?.()).toBe(true);
    expect(await filesOf(document)).toEqual({ 'factur-x.xml': '<xml/>', 'b.txt': 'moorings' });
    expect(document.warnings).toEqual([]);
    await document.close();
  });

  it('are those that belong to it, once', async () => {
    const document = await open({
      catalog: `${named(`(a) ${FIRST_OBJECT + 1} 0 R`)}/AF[${FIRST_OBJECT + 1} 0 R ${FIRST_OBJECT + 3} 0 R]`,
      objects: [
        embedded('<xml/>'),
        spec('factur-x.xml', FIRST_OBJECT),
        embedded('moorings'),
        spec('b.txt', FIRST_OBJECT + 2),
      ],
    });
    expect(await filesOf(document)).toEqual({ 'factur-x.xml': '<xml/>', 'b.txt': 'moorings' });
    await document.close();
  });

  it('are none where there are none', async () => {
    const document = await open({});
    expect(await document.holdsFiles?.()).toBe(false);
    expect(await filesOf(document)).toEqual({});
    await document.close();
  });

  it('are lost one by one where they are too large or only named, and all where they are too many', async () => {
    const names = `(a) ${FIRST_OBJECT + 1} 0 R(b) ${FIRST_OBJECT + 2} 0 R`;
    const objects = [
      embedded('x'.repeat(1_001)),
      spec('large.txt', FIRST_OBJECT),
      '<</Type/Filespec/F(elsewhere.txt)>>',
    ];
    const document = await open({ catalog: named(names), objects });
    expect(await filesOf(document)).toEqual({
      'large.txt': 'it is larger than 1000 bytes',
      'elsewhere.txt': 'the PDF names it and does not hold it',
    });
    await document.close();
    const many = Array.from({ length: 6 }, (_, index) => `(${index}) ${FIRST_OBJECT + 1} 0 R`).join('');
    const crowded = await open({ catalog: named(many), objects });
    await expect(filesOf(crowded)).rejects.toMatchObject({ code: 'ARCHIVE_LIMIT' });
    await crowded.close();
  });

  it('are looked for once in a list that leads to itself', async () => {
    const document = await open({
      catalog: `/Names<</EmbeddedFiles ${FIRST_OBJECT} 0 R>>`,
      objects: [`<</Kids[${FIRST_OBJECT} 0 R]>>`],
    });
    expect(await filesOf(document)).toEqual({});
    expect(document.warnings).toEqual([expect.stringContaining('could not all be listed')]);
    expect((await document.page(1)).text).toBe('See the attached ledger.');
    await document.close();
  });
});
