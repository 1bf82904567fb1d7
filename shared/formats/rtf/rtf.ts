import { readFile } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import type { Format } from '#shared/formats/format.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** Rich Text: paragraphs, headings, table rows, notes, headers and footers. */
export const rtf: Format = {
  id: 'rtf',
  contentTypes: ['application/rtf', 'text/rtf'],
  extensions: ['rtf'],
  family: 'rtf',
  paged: false,
  async open(path) {
    const { readRtf } = await import('./read-rtf.ts');
    const bytes = await readFile(path);
    if (!bytes.toString('latin1', 0, 64).trimStart().startsWith('{\\rtf')) {
      throw new AppError('DAMAGED_FILE', { detail: 'The file does not begin with a Rich Text header.' });
    }
    const { text, headings, pictures } = readRtf(bytes.toString('latin1'));
    const why =
      pictures > 0
        ? 'The document contains no text, only pictures, which could not be read.'
        : 'The document contains no text.';
    const warnings = text === '' ? [why] : [];
    return openText(text, headings, warnings);
  },
};
