import { readFile } from 'node:fs/promises';
import { cleanText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import type { Format } from './format.ts';
import { markdownHeadings } from './markdown-headings.ts';
import { openText } from './split-text.ts';

/** Markdown is kept as it was written; its headings are found for the chunks' heading paths. */
export const markdown: Format = {
  id: 'markdown',
  contentTypes: ['text/markdown', 'text/x-markdown'],
  extensions: ['md', 'markdown', 'mdown', 'mkd', 'mdx'],
  family: 'text',
  paged: false,
  async open(path) {
    const text = cleanText(decodeText(await readFile(path)));
    return openText(text, markdownHeadings(text));
  },
};
