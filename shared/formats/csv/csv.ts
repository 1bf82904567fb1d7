import { readFile } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import type { Format, OpenDocument } from '#shared/formats/format.ts';

/** Bytes that are turned into text at a time, and looked at to find the delimiter. */
const PIECE_BYTES = 64 * 1024;
/** What a spreadsheet program calls the one sheet of such a file is not in the file. */
const SHEET = 'Sheet1';

/** Tables as text: fields parted by commas, semicolons, tabs or bars, in any encoding. */
export const csv: Format = {
  id: 'csv',
  contentTypes: ['text/csv', 'text/tab-separated-values'],
  extensions: ['csv', 'tsv', 'tab'],
  typeOfExtension: { tsv: 'text/tab-separated-values', tab: 'text/tab-separated-values' },
  family: 'text',
  paged: false,
  open: openCsv,
};

async function openCsv(path: string): Promise<OpenDocument> {
  const { CsvError, parse } = await import('csv-parse');
  const { default: iconv } = await import('iconv-lite');
  const { detectEncoding } = await import('#shared/formats/text/decode-text.ts');
  const { detectDelimiter } = await import('./detect-delimiter.ts');
  const { cellText } = await import('#shared/formats/sheet/row.ts');
  const { createSheetPages } = await import('#shared/formats/sheet/sheet-pages.ts');

  const bytes = await readFile(path);
  const encoding = detectEncoding(bytes);
  const sample = iconv.decode(bytes.subarray(0, PIECE_BYTES), encoding);
  const delimiter = detectDelimiter(sample, sample.includes('\t') && !sample.includes(',') ? '\t' : ',');

  function* pieces(): Generator<string> {
    const decoder = iconv.getDecoder(encoding, { stripBOM: true });
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield decoder.write(bytes.subarray(at, at + PIECE_BYTES));
    yield decoder.end() ?? '';
  }

  async function read(quote: '"' | null, warnings: string[]): Promise<OpenDocument> {
    const pages = createSheetPages();
    pages.startSheet(SHEET);
    let number = 0;
    // `sep=;` says the delimiter to Excel, which does not show it.
    const from_line = /^sep=./i.test(sample) ? 2 : 1;
    const parser = parse({ delimiter, quote, from_line, relax_quotes: true, relax_column_count: true, bom: true });
    // What fails in the pipeline fails the parser, and is thrown where its records are read.
    pipeline(Readable.from(pieces()), parser, () => undefined);
    for await (const fields of parser as AsyncIterable<string[]>) {
      number++;
      const cells = fields.map((raw, column) => ({ column, text: cellText(raw) })).filter(({ text }) => text !== '');
      pages.row({ number, cells });
    }
    return pages.finish(warnings);
  }

  try {
    return await read('"', []);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return read(null, [
      `The quotation marks in the file do not match, so they were read as ordinary characters (${error.code}).`,
    ]);
  }
}
