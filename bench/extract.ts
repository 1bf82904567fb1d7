import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTesseractOcr } from '#shared/adapters/tesseract/tesseract-ocr.ts';
import { extractWindows } from '#shared/formats/extract-windows.ts';
import { readWords } from '#shared/formats/ocr/read-words.ts';
import type { GreyImage } from '#shared/ports/ocr.ts';
import { environmentSchema } from '#shared/runtime/settings.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { drawText } from '#testing/documents/make-picture.ts';
import type { Bench, BenchRow } from './bench.ts';

const run = promisify(execFile);

const PAGES = 500;
const ROUNDS = 3;
const OCR_PAGES = 3;
const PAGE_TIMEOUT_MS = 600_000;
const A4_AT_200_DPI = { width: 1654, height: 2339, fontSize: 28 };
const LINES = 50;
const WORDS =
  'the harbour master keeps the key of the tide gauge in a tin box beside the northern breakwater where nobody looks'.split(
    ' ',
  );

/** How fast text is taken out of a long PDF, beside poppler, and read from scans. */
export const extract: Bench = {
  name: 'extract',
  description: 'a PDF of 500 pages beside pdftotext; pages of scans read in a minute of one core',
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'omnirag-bench-'));
    const notes: string[] = [];
    try {
      const path = join(folder, 'long.pdf');
      await writeFile(path, makePdf({ pages: PAGES }));
      const rows = [await textSpeed(path, notes, say), await ocrSpeed(notes, say)];
      return { rows, notes };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Both in turn and of one priority, so that what else the machine does slows both. */
async function textSpeed(path: string, notes: string[], say: (line: string) => void): Promise<BenchRow> {
  const hasPdftotext = await run('nice', ['pdftotext', '-v']).then(
    () => true,
    () => false,
  );
  if (!hasPdftotext) notes.push('NOT MEASURED: pdftotext. Install poppler-utils to have the reference.');
  const rounds: { ours: number; poppler: number }[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    say(`text of ${PAGES} pages, round ${round} of ${ROUNDS}`);
    const ours = await pagesPerSecond(() => readAll(path));
    const poppler = hasPdftotext
      ? await pagesPerSecond(() => run('nice', ['-n', '10', 'pdftotext', path, `${path}.txt`]))
      : 0;
    rounds.push({ ours, poppler });
  }
  const row = { name: 'text of a PDF', unit: 'pages/s', value: median(rounds.map(({ ours }) => ours)) };
  if (!hasPdftotext) return row;
  notes.push('text of a PDF: with starting the confined process, which pdftotext does without.');
  return {
    ...row,
    reference: { name: 'pdftotext', value: median(rounds.map(({ poppler }) => poppler)) },
    ratio: median(rounds.map(({ ours, poppler }) => ours / poppler)),
  };
}

async function readAll(path: string): Promise<void> {
  let chars = 0;
  const { PARSE_MEMORY_MB: memoryMb } = defaults();
  for await (const { pages } of extractWindows({
    path,
    contentType: 'application/pdf',
    firstPage: 1,
    windowPages: 50,
    limits: { windowTimeoutMs: PAGE_TIMEOUT_MS, memoryMb },
  })) {
    for (const { text } of pages) chars += text.length;
  }
  if (chars < PAGES * 100) throw new Error(`Only ${chars} characters were read of ${PAGES} pages.`);
}

/** By the processor's clock, so that it holds on a busy machine too. */
async function ocrSpeed(notes: string[], say: (line: string) => void): Promise<BenchRow> {
  const { OCR_LANGUAGES: languages } = defaults();
  const ocr = createTesseractOcr({ languages, dataDir: 'none' });
  try {
    const page = await scannedPage();
    // The first loads the library and the data of the language.
    await ocr.read(page, languages[0], Date.now() + PAGE_TIMEOUT_MS);
    const begun = process.cpuUsage();
    let words = 0;
    for (let read = 1; read <= OCR_PAGES; read++) {
      say(`scan ${read} of ${OCR_PAGES}`);
      words = (await readWords(ocr, page, Date.now() + PAGE_TIMEOUT_MS))?.flat(2).length ?? 0;
    }
    const { user, system } = process.cpuUsage(begun);
    notes.push(`scans: A4 at 200 dpi, ${words} words a page, by the time of the processor.`);
    return { name: 'scans read', unit: 'pages/min/core', value: (OCR_PAGES * 60e6) / (user + system) };
  } finally {
    await ocr.close();
  }
}

async function scannedPage(): Promise<GreyImage> {
  const lines = Array.from({ length: LINES }, (_, line) =>
    Array.from({ length: 14 }, (_, at) => WORDS[(line * 5 + at) % WORDS.length]).join(' '),
  );
  const { data, info } = await drawText(lines, A4_AT_200_DPI).greyscale().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, pixels: data };
}

function defaults(): { OCR_LANGUAGES: readonly [string, ...string[]]; PARSE_MEMORY_MB: number } {
  const { OCR_LANGUAGES, PARSE_MEMORY_MB } = environmentSchema.shape;
  return { OCR_LANGUAGES: OCR_LANGUAGES.parse(undefined), PARSE_MEMORY_MB: PARSE_MEMORY_MB.parse(undefined) };
}

async function pagesPerSecond(read: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await read();
  return (PAGES * 1_000) / (performance.now() - begun);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
