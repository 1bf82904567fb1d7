import { writeFile } from 'node:fs/promises';
import { makePdf } from '#testing/documents/make-pdf.ts';

/** `node samples/make-long-pdf.ts PAGES FILE`: a PDF of many pages, each with a word of its own (`marker17x` on page 17). */
const [pages = '4000', file = 'long.pdf'] = process.argv.slice(2);
await writeFile(file, makePdf({ pages: Number(pages) }));
