import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenDocument } from '#shared/formats/format.ts';
import { garbage, truncated, withHole } from '#testing/documents/damage.ts';
import { makePdf, samplePageText } from '#testing/documents/make-pdf.ts';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import { pdf } from './pdf.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-pdf-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(bytes: Buffer): Promise<OpenDocument> {
  const path = join(folder, `${crypto.randomUUID()}.pdf`);
  await writeFile(path, bytes);
  return pdf.open(path, NO_TOOLS);
}

describe('pdf', () => {
  it('reads lines, paragraphs and headings page by page, in any order', async () => {
    const document = await open(makePdf({ pages: 12 }));
    expect(document.pageCount).toBe(12);
    const page = await document.page(7);
    expect(page.headings).toEqual([{ offset: 0, level: 1, title: 'Day 7' }]);
    expect(page.text.replace(/(?<!\n)\n(?!\n)/g, ' ')).toBe(
      samplePageText(7).replace('# ', '').replace('Day 7\n', 'Day 7\n\n'),
    );
    expect((await document.page(2)).text).toContain('marker2x');
    await document.close();
  });

  it('reads a page without text as an empty page', async () => {
    const document = await open(makePdf({ pages: ['', 'text'] }));
    expect(await document.page(1)).toEqual({ number: 1, text: '', headings: [], charOffset: 0 });
    await document.close();
  });

  it('loses only the page that is damaged', async () => {
    const whole = makePdf({ pages: 40, compress: false });
    const document = await open(withHole(whole, whole.indexOf('marker20x') - 150, 250));
    const texts: string[] = [];
    for (let number = 1; number <= document.pageCount; number++) {
      texts.push(
        await document.page(number).then(
          ({ text }) => text,
          () => '',
        ),
      );
    }
    expect(texts.filter((text) => /marker\d+x/.test(text)).length).toBeGreaterThanOrEqual(38);
    await document.close();
  });

  it('refuses what is no PDF inside, with a sentence', async () => {
    for (const bytes of [garbage(5000), truncated(makePdf({ pages: 3 }), 0.05), Buffer.from('%PDF-1.7\n')]) {
      await expect(open(bytes)).rejects.toMatchObject({
        code: 'DAMAGED_FILE',
        message: expect.stringContaining('The PDF'),
      });
    }
  });

  it('reads what is left of a truncated file, or says that it is damaged', async () => {
    const whole = makePdf({ pages: 20 });
    const document = await open(truncated(whole, 0.6)).catch((error: unknown) => error);
    if (document instanceof Error) expect(document).toMatchObject({ code: 'DAMAGED_FILE' });
    else expect((document as OpenDocument).pageCount).toBeGreaterThan(0);
  });
});
