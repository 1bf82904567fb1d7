import { readdir, readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import type { ExtractedPage } from './format.ts';
import { FORMATS } from './registry.ts';

const SAMPLES = new URL('../../samples/', import.meta.url);

interface Question {
  question: string;
  file: string;
  /** Null for formats without pages. */
  page: number | null;
  answer: string;
}

async function read(name: string): Promise<ExtractedPage[]> {
  const extension = name.split('.').at(-1) ?? '';
  const format = FORMATS.find(({ extensions }) => extensions.includes(extension));
  const document = await format?.open(fileURLToPath(new URL(name, SAMPLES)), NO_TOOLS);
  const pages: ExtractedPage[] = [];
  for (let number = 1; number <= (document?.pageCount ?? 0); number++) {
    const page = await document?.page(number);
    if (page) pages.push(page);
  }
  await document?.close();
  return pages;
}

it('every question is answered on the page it names, and on no other', async () => {
  const questions = JSON.parse(await readFile(new URL('questions.json', SAMPLES), 'utf8')) as Question[];
  expect(questions.length).toBeGreaterThanOrEqual(4);
  for (const { file, page, answer } of questions) {
    const pages = (await read(file)).map(({ number, text }) => ({ number, text: text.replace(/\s+/g, ' ') }));
    const found = pages.filter(({ text }) => text.includes(answer)).map(({ number }) => number);
    expect(found, `${file}: ${answer}`).toEqual([page ?? 1]);
  }
});

it('the handbook shows headings and a table', async () => {
  const pages = await read('field-station-handbook.pdf');
  expect(pages.length).toBeGreaterThanOrEqual(5);
  expect(pages.flatMap(({ headings }) => headings).map(({ title }) => title)).toEqual(
    expect.arrayContaining(['Maintenance schedule', 'Storm surge', 'Budget and supplies']),
  );
  expect(pages[2]?.text).toContain('Workboat Guillemot | Renew the sacrificial anodes | 12 months | Skipper');
});

it('all samples are small', async () => {
  const names = await readdir(SAMPLES);
  const sizes = await Promise.all(names.map(async (name) => (await stat(new URL(name, SAMPLES))).size));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(200_000);
});
