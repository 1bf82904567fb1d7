import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_TOOLS } from '#testing/reader-tools.ts';
import type { ExtractedPage, Format } from './format.ts';
import { html } from './html/html.ts';
import { markdown } from './markdown/markdown.ts';
import { text } from './text/text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'omnirag-text-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(format: Format, bytes: Buffer | string): Promise<ExtractedPage> {
  const path = join(folder, crypto.randomUUID());
  await writeFile(path, bytes);
  return (await format.open(path, NO_TOOLS)).page(1);
}

it('reads text without NULs, lone surrogates and terminal colours', async () => {
  const raw = Buffer.from('a\0b \x1b[31mred\x1b[0m\r\nnext');
  expect((await read(text, raw)).text).toBe('ab red\nnext');
  const lone = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('x\uD800y', 'utf16le')]);
  expect((await read(text, lone)).text).toBe('xy');
});

it('reads Markdown as it was written, with its headings', async () => {
  const page = await read(markdown, '# One\n\n*text* with [link](x)\n\n## Two\n');
  expect(page.text).toBe('# One\n\n*text* with [link](x)\n\n## Two\n');
  expect(page.headings.map(({ title }) => title)).toEqual(['One', 'Two']);
});

it('reads a page in the encoding it names, with its title first', async () => {
  const source = '<html><head><meta charset="iso-8859-2"><title>Kůň &amp; vůz</title></head><body><h1>Žlutý</h1>kůň';
  const page = await read(html, iconv.encode(source, 'iso-8859-2'));
  expect(page.text).toBe('# Kůň & vůz\n\n# Žlutý\n\nkůň');
  expect(page.headings).toHaveLength(2);
});

it('does not repeat a title that is the first heading', async () => {
  expect((await read(html, '<title>Pumps</title><h1>Pumps</h1><p>Oil')).text).toBe('# Pumps\n\nOil');
});

it('reads XHTML whose elements close themselves', async () => {
  const source =
    '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><script src="x.js"/><a id="x"/><p>Oil</p>';
  expect((await read(html, source)).text).toBe('Oil');
});
