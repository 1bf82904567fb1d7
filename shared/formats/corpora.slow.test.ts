import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { environmentSchema } from '#shared/runtime/settings.ts';
import { ENGLISH } from '#testing/reader-tools.ts';
import { extractWindows, type OcrSettings } from './extract-windows.ts';
import type { ExtractedPage } from './format.ts';
import { formatOfExtension } from './registry.ts';

const corpora = process.env.OMNIRAG_CORPORA;
if (!corpora) console.warn('NOT TESTED: real documents. Set OMNIRAG_CORPORA to the folder that holds documents/.');

function files(kind: string): string[] {
  return corpora
    ? readdirSync(join(corpora, 'documents', kind)).map((name) => join(corpora, 'documents', kind, name))
    : [];
}

async function read(path: string, ocr: OcrSettings = ENGLISH): Promise<ExtractedPage[]> {
  const contentType = formatOfExtension(path.split('.').at(-1) ?? '')?.contentTypes[0] ?? '';
  const pages: ExtractedPage[] = [];
  const limits = { windowTimeoutMs: 60_000, memoryMb: 600 };
  for await (const window of extractWindows({
    path,
    contentType,
    firstPage: 1,
    windowPages: 50,
    limits,
    ocr,
  })) {
    pages.push(...window.pages);
  }
  return pages;
}

const DEFAULT_LANGUAGES: OcrSettings = {
  languages: environmentSchema.shape.OCR_LANGUAGES.parse(undefined),
  dataDir: 'nowhere',
};

async function textOf(kind: string, name: string): Promise<string> {
  const path = files(kind).find((file) => file.endsWith(name));
  if (!path) throw new Error(`${name} is not in the corpora.`);
  return (await read(path)).map(({ text }) => text).join('\n\n');
}

describe.skipIf(!corpora)('real documents', () => {
  it('all end in pages or in a code', async () => {
    const ends: Record<string, string> = {};
    const readAll = async (paths: readonly string[]): Promise<void> => {
      for (const path of paths) {
        ends[path.split('/').at(-1) ?? ''] = await read(path).then(
          (pages) => `${pages.length} pages`,
          (error: unknown) => (error instanceof AppError ? error.code : String(error)),
        );
      }
    };
    await Promise.all(
      ['pdf', 'docx', 'hostile', 'image'].map((kind) => readAll(files(kind).filter((path) => !path.endsWith('.txt')))),
    );
    expect(Object.values(ends).filter((end) => !/^(?:\d+ pages|[A-Z_]+)$/.test(end))).toEqual([]);
    expect(Object.entries(ends).filter(([, end]) => !/^[1-9]/.test(end))).toEqual(
      expect.arrayContaining([['libreoffice-writer-password.pdf', 'ENCRYPTED_DOCUMENT']]),
    );
    expect(ends).toMatchObject({
      'pdflatex-4-pages.pdf': '4 pages',
      'imagemagick-images.pdf': '6 pages',
      'Pages-tree-refs.pdf': '2 pages',
      'REDHAT-1531897-0.pdf': 'DAMAGED_FILE',
      'bug1020226.pdf': 'DAMAGED_FILE',
      'devatest.png': '1 pages',
      '8071_093.3B.tif': '1 pages',
    });
    // Forty processes, of which some run into their limits: on two busy cores that takes over a minute.
  }, 240_000);

  it('reads columns one after the other', async () => {
    const text = await textOf('pdf', 'multicolumn.pdf');
    expect(text).toMatch(
      /Lorem ipsum dolor sit amet, consectetuer adipiscing\nelit\. Ut purus elit, vestibulum ut, placerat\nac,/,
    );
    expect(text).toContain('tristique\nsenectus');
  });

  it('reads the rows of a table', async () => {
    const text = await textOf('pdf', 'google-doc-document.pdf');
    expect(text).toContain('Capital | Jakarta | Berlin | Vienna | Paris | Vatican City\n');
    expect(await textOf('docx', 'tables.docx')).toContain('Top left | Top right\nBottom left | Bottom right');
  });

  it('finds notes, comments and text boxes', async () => {
    for (const name of ['footnotes.docx', 'endnotes.docx']) {
      expect(await textOf('docx', name)).toBe('Ouch[1].[2]\n\n[1] A tachyon walks into a bar.\n\n[2] Fin.');
    }
    expect(await textOf('docx', 'comments.docx')).toContain('[MW1] A tachyon walks into a bar.');
    expect(await textOf('docx', 'text-box.docx')).toContain('Datum plane');
    expect(await textOf('docx', 'utf8-bom.docx')).toBe('This XML has a byte order mark.');
    expect(await textOf('docx', 'external-picture.docx')).toBe('');
  });

  it.each([
    ['phototest.tif', 'phototest.gold.txt'],
    ['phototest-rotated-180.png', 'phototest.gold.txt'],
    ['eurotext.tif', 'eurotext.txt'],
  ])('reads 97 %% of the words in %s', { timeout: 120_000 }, async (name, truth) => {
    const path = (file: string): string => files('image').find((found) => found.endsWith(file)) ?? file;
    const left = (await read(path(name), DEFAULT_LANGUAGES)).flatMap(({ text }) => text.split(/\s+/));
    const words = (await readFile(path(truth), 'utf8')).trim().split(/\s+/);
    const missed = words.filter((word) => {
      const at = left.indexOf(word);
      if (at >= 0) left.splice(at, 1);
      return at < 0;
    });
    expect(missed.length, missed.join(' ')).toBeLessThanOrEqual(0.03 * words.length);
  });

  it('reads pictures as pages without text', async () => {
    expect((await textOf('pdf', 'imagemagick-images.pdf')).trim()).toBe('');
  });
});
