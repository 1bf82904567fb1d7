import { readFile } from 'node:fs/promises';
import type { Format } from '#shared/formats/format.ts';
import { cleanText } from '#shared/formats/text/clean-text.ts';
import { decodeText } from '#shared/formats/text/decode-text.ts';
import { openText } from '#shared/formats/text/split-text.ts';

/** JSON, one value or one a line: each value on a line of its own, behind the path that leads to it. */
export const json: Format = {
  id: 'json',
  contentTypes: ['application/json', 'application/x-ndjson', 'application/geo+json', 'application/ld+json'],
  extensions: ['json', 'jsonl', 'ndjson', 'geojson', 'jsonld', 'ipynb'],
  typeOfExtension: {
    jsonl: 'application/x-ndjson',
    ndjson: 'application/x-ndjson',
    geojson: 'application/geo+json',
    jsonld: 'application/ld+json',
  },
  family: 'text',
  paged: false,
  isPlain: true,
  async open(path) {
    const { flattenJson } = await import('./flatten-json.ts');
    const source = decodeText(await readFile(path));
    const lines = flattenJson(source);
    if (lines !== undefined) return openText(cleanText(lines), []);
    // With comments, cut off, or not JSON at all: the words are still there.
    return openText(cleanText(source), [], ['The file is not valid JSON, so it was read as plain text.']);
  },
};
