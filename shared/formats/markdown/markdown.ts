import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';
import { markdownHeadings } from './markdown-headings.ts';

/** Markdown is kept as it was written; its headings are found for the chunks' heading paths. */
export const markdown: Format = {
  id: 'markdown',
  contentTypes: ['text/markdown', 'text/x-markdown'],
  extensions: ['md', 'markdown', 'mdown', 'mkd', 'mdx'],
  family: 'text',
  paged: false,
  isPlain: true,
  async open(path) {
    const text = cleanText(decodeText(await readFile(path)));
    return openText(text, markdownHeadings(text));
  },
};
