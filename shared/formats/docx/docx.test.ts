import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExtractedPage } from '#shared/formats/format.ts';
import { garbage, truncated } from '#testing/documents/damage.ts';
import { makeDocx, makeEncryptedDocx } from '#testing/documents/make-docx.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import { docx } from './docx.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-docx-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(bytes: Buffer): Promise<ExtractedPage> {
  const path = join(folder, `${crypto.randomUUID()}.docx`);
  await writeFile(path, bytes);
  const document = await docx.open(path, NO_TOOLS);
  return document.page(1);
}

describe('docx', () => {
  it('keeps headings and table rows', async () => {
    const page = await read(
      makeDocx({
        paragraphs: ['# Pumps', 'Oil & water < 5', '## Seals', 'The seals'],
        table: [
          ['a', 'b'],
          ['c', ''],
        ],
      }),
    );
    expect(page.text).toBe('# Pumps\n\nOil & water < 5\n\n## Seals\n\nThe seals\n\na | b\nc |');
    expect(page.headings.map(({ level, title }) => [level, title]).slice(0, 2)).toEqual([
      [1, 'Pumps'],
      [2, 'Seals'],
    ]);
  });

  it('reads an empty document as an empty page', async () => {
    expect(await read(makeDocx({ paragraphs: ['', '   '] }))).toMatchObject({ text: '', headings: [] });
  });

  it('tells documents with a password from old binary ones', async () => {
    await expect(read(makeEncryptedDocx())).rejects.toMatchObject({ code: 'ENCRYPTED_DOCUMENT' });
    const old = makeEncryptedDocx();
    old.fill(0, 512);
    await expect(read(old)).rejects.toMatchObject({ code: 'TYPE_MISMATCH' });
  });

  it('refuses a document type, wherever the stream is cut', async () => {
    const prolog = `${' '.repeat(70_000)}<!DOCTYPE x [<!ENTITY a "aaaa">]>`;
    await expect(read(makeDocx({ paragraphs: ['x'], prolog }))).rejects.toMatchObject({ code: 'XML_UNSAFE' });
  });

  it('refuses damaged files with a sentence', async () => {
    const whole = makeDocx({ paragraphs: Array.from({ length: 500 }, (_, i) => `Paragraph ${i}`) });
    for (const bytes of [
      truncated(whole, 0.5),
      garbage(5000),
      Buffer.from('PK\x03\x04'),
      makeZip([{ name: 'a', data: 'b' }]),
    ]) {
      await expect(read(bytes)).rejects.toMatchObject({
        code: 'DAMAGED_FILE',
        message: expect.stringMatching(/^The file .+\)?\.?$/),
      });
    }
    const twice = makeZip([
      { name: 'word/document.xml', data: '<a/>' },
      { name: 'word/document.xml', data: '<b/>' },
    ]);
    await expect(read(twice)).rejects.toMatchObject({ code: 'DAMAGED_FILE' });
  });
});
