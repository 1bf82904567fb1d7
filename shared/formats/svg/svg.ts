import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** Where an encoding is declared. */
const HEAD_CHARS = 300;

/** Drawings: their title, their description and the text in them. */
export const svg: Format = {
  id: 'svg',
  contentTypes: ['image/svg+xml'],
  extensions: ['svg'],
  family: 'text',
  paged: false,
  async open(path) {
    const { readSvg } = await import('./read-svg.ts');
    const bytes = await readFile(path);
    const declared = /^[^>]{0,200}encoding\s*=\s*["']([\w-]+)/.exec(bytes.toString('latin1', 0, HEAD_CHARS))?.[1];
    const { text, headings, pictures } = readSvg(cleanText(decodeText(bytes, declared)));
    const warnings = [];
    if (pictures > 0)
      warnings.push(`${pictures === 1 ? 'A picture' : `${pictures} pictures`} in the drawing could not be read.`);
    else if (text === '')
      warnings.push('The drawing contains no text: letters that are drawn as shapes cannot be read.');
    return openText(text, headings, warnings);
  },
};
