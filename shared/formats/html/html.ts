import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { markdownHeadings } from '#shared/formats/markdown/markdown-headings.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';
import { closeEmpty } from './close-empty.ts';

/** Where a title and a charset are looked for. */
const HEAD_CHARS = 64 * 1024;

/** Web pages: what a reader sees, with the page's title as the first heading. */
export const html: Format = {
  id: 'html',
  contentTypes: ['text/html', 'application/xhtml+xml'],
  extensions: ['html', 'htm', 'xhtml'],
  family: 'text',
  paged: false,
  async open(path) {
    const { htmlToText } = await import('./html-to-text.ts');
    const bytes = await readFile(path);
    // A lone CELL_END of the converter, like every control character, is gone before the conversion.
    const written = cleanText(decodeText(bytes, declaredCharset(bytes)));
    const source = /^\s*<\?xml/i.test(written) ? closeEmpty(written) : written;
    const body = htmlToText(source);
    const title = htmlToText(`<p>${titleOf(source)}</p>`)
      .replace(/\s+/g, ' ')
      .replace(/^\\?#+\s*/, '');
    const text = cleanText(title === '' || body.startsWith(`# ${title}`) ? body : `# ${title}\n\n${body}`.trimEnd());
    return openText(text, markdownHeadings(text), text === '' ? ['The page contains no text.'] : []);
  },
};

function declaredCharset(bytes: Buffer): string | undefined {
  return /<meta[^>]{0,200}charset\s*=\s*["']?([\w-]+)/i.exec(bytes.toString('latin1', 0, HEAD_CHARS))?.[1];
}

/** As it is written in the source, entities and all. */
function titleOf(source: string): string {
  return /<title[^>]{0,200}>([^<]{0,1000})<\/title/i.exec(source.slice(0, HEAD_CHARS))?.[1] ?? '';
}
