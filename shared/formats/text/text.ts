import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import { openText } from './split-text.ts';
import { withoutTerminalCodes } from './terminal-codes.ts';

/** Plain text in any encoding, and the many formats that are plain text to a reader. */
export const text: Format = {
  id: 'text',
  contentTypes: ['text/plain', 'application/xml', 'text/xml', 'application/yaml', 'application/toml', 'text/x-log'],
  extensions: [
    'txt',
    ...['text', 'log', 'xml', 'yaml', 'yml', 'toml'],
    ...['ini', 'conf', 'cfg', 'properties', 'rst', 'adoc', 'org', 'tex', 'bib'],
  ],
  family: 'text',
  paged: false,
  isPlain: true,
  async open(path) {
    // Logs come with the colours of the terminal they were written for.
    return openText(cleanText(withoutTerminalCodes(decodeText(await readFile(path)))), []);
  },
};
