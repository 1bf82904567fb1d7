import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  PDFDocumentLoadingTask,
  PDFDocumentProxy,
  PDFPageProxy,
  TextItem,
} from 'pdfjs-dist/types/src/display/api.js';
import { AppError } from '#shared/errors/app-error.ts';
import type { ExtractedPage, Format, OpenDocument, ReaderTools } from '#shared/formats/format.ts';
import { isOutOfMemory } from '#shared/formats/sandbox/out-of-memory.ts';
import type { Fragment } from './fragment.ts';
import { toFragments } from './fragment.ts';
import { SOFT_HYPHEN } from './hyphenation.ts';
import { countOmittedPictures } from './omitted-pictures.ts';
import { readDrawing, timed } from './page-drawing.ts';
import { bodySizeOf, chooseBodySize, countSizes, needsDrawing, toPageText } from './page-text.ts';
import { readScan, type ScannedPage } from './read-scan.ts';
import { openShrunken, type ShrunkenFile } from './shrunken-file.ts';
import { mayMissHyphens } from './soft-hyphens.ts';
import { toTextBoxes } from './text-boxes.ts';

/** A damaged page tree can claim a thousand million pages; the longest real documents have some ten thousand. */
const MAX_PAGES = 100_000;
/** Pages whose type sizes speak for the document. */
const SAMPLE_PAGES = 8;

/** Only what is asked for. A page that is a picture takes some millions of bytes. */
const PIECE_BY_PIECE = { disableAutoFetch: true, disableStream: true, rangeChunkSize: 1024 ** 2 };

/** PDF, page by page, in reading order. Pages that are pictures are drawn and read. */
export const pdf: Format = {
  id: 'pdf',
  contentTypes: ['application/pdf', 'application/x-pdf'],
  extensions: ['pdf'],
  family: 'pdf',
  paged: true,
  nativeAddons: true,
  threads: 1,
  open: openPdf,
};

async function openPdf(path: string, tools: ReaderTools): Promise<OpenDocument> {
  const shrunken = tools.ocr && (await openShrunken(path, tools));
  const mostPixels = shrunken?.mostPixels ?? tools.mostPixels;
  const task = await startLoading(shrunken ?? { data: new Uint8Array(await readFile(path)), mostPixels });
  const document = await task.promise.catch((error: unknown) => {
    throw translate(error);
  });
  if (document.numPages > MAX_PAGES) {
    throw new AppError('DAMAGED_FILE', {
      detail: `The file is damaged: it claims to have ${document.numPages} pages.`,
    });
  }
  const omitted = countOmittedPictures();
  const warnings: string[] = [];
  let sampled: Promise<DocumentTraits> | undefined;

  async function readText(page: PDFPageProxy): Promise<ExtractedPage> {
    const { groups, ms } = await readFragments(page);
    sampled ??= sampleDocument(document);
    const traits = await sampled;
    const bodySize = chooseBodySize(bodySizeOf(countSizes(groups)), traits.bodySize);
    const drawing = traits.softHyphens || needsDrawing(groups) ? await readDrawing(page, ms) : undefined;
    const { boxes, ...text } = toPageText(groups, bodySize, drawing);
    const told = { number: page.pageNumber, ...text, charOffset: 0 };
    return boxes.length === 0 ? told : { ...told, place: { kind: 'page', boxes: toTextBoxes(boxes, page) } };
  }

  async function readPictures(page: PDFPageProxy, told: ExtractedPage): Promise<ScannedPage> {
    const { ocr, pictureTimeoutMs } = tools;
    if (!ocr) return { page: told, warnings: [] };
    omitted.take();
    try {
      const scanned = await readScan({ ocr, pictureTimeoutMs }, page, told);
      if (omitted.take() === 0) return scanned;
      return { ...scanned, warnings: [tooLarge(told.number, tools.mostPixels)] };
    } catch (error) {
      if (isOutOfMemory(error) || error instanceof AppError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      return { page: told, warnings: [`The pictures on page ${told.number} could not be read: ${reason}`] };
    }
  }

  return {
    pageCount: document.numPages,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const page = await document.getPage(number);
      try {
        const scanned = await readPictures(page, await readText(page));
        warnings.push(...scanned.warnings);
        return scanned.page;
      } finally {
        page.cleanup();
      }
    },
    async close() {
      omitted.stop();
      await tools.ocr?.close();
      await task.destroy();
      await shrunken?.close();
    },
  };
}

function tooLarge(page: number, mostPixels: number): string {
  const millions = Math.floor(mostPixels / 1e6);
  return (
    `A picture on page ${page} was skipped: it has more than ${millions} million pixels. ` +
    'Scan it at 300 dpi or raise PARSE_MEMORY_MB.'
  );
}

async function startLoading({
  mostPixels,
  ...source
}: { mostPixels: number } & (Pick<ShrunkenFile, 'range'> | { data: Uint8Array })): Promise<PDFDocumentLoadingTask> {
  // The library takes a tenth of a second to load: only here, never in the processes that start the sandbox.
  const { getDocument, GlobalWorkerOptions, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  GlobalWorkerOptions.workerSrc = import.meta.resolve('pdfjs-dist/legacy/build/pdf.worker.min.mjs');
  const home = dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));
  return getDocument({
    ...('range' in source ? { range: source.range, ...PIECE_BY_PIECE } : { data: source.data }),
    cMapUrl: `${home}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${home}/standard_fonts/`,
    wasmUrl: `${home}/wasm/`,
    iccUrl: `${home}/iccs/`,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    maxImageSize: mostPixels,
    // What it leaves out is told as a warning.
    verbosity: VerbosityLevel.WARNINGS,
  });
}

async function readFragments(page: PDFPageProxy): Promise<{ groups: Fragment[][]; ms: number }> {
  const { result, ms } = await timed(() => page.getTextContent({ disableNormalization: true }));
  const runs = result.items.filter((item): item is TextItem => 'str' in item);
  return { groups: toFragments(runs, (fontName) => result.styles[fontName]?.vertical === true), ms };
}

/** What a page alone may not show. */
interface DocumentTraits {
  bodySize: number | undefined;
  /** Whether words at line ends are divided by soft hyphens. */
  softHyphens: boolean;
}

/** The same for every page of a document, whichever is read first, so that a repeated extraction answers the same. */
async function sampleDocument(document: PDFDocumentProxy): Promise<DocumentTraits> {
  const counts = new Map<number, number>();
  let softHyphens = false;
  for (let number = 1; number <= Math.min(SAMPLE_PAGES, document.numPages); number++) {
    const page = await document.getPage(number).catch(() => undefined);
    const read = page && (await readFragments(page).catch(() => undefined));
    if (!read) continue;
    countSizes(read.groups, counts);
    if (softHyphens || !mayMissHyphens(read.groups)) continue;
    softHyphens = (await readDrawing(page, read.ms))?.text.includes(SOFT_HYPHEN) ?? false;
  }
  return { bodySize: bodySizeOf(counts), softHyphens };
}

/** pdf.js errors are told apart by name: the classes differ between its builds. */
function translate(error: unknown): AppError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return new AppError('ENCRYPTED_DOCUMENT', { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('DAMAGED_FILE', { detail: `The PDF is damaged and could not be read (${reason})`, cause: error });
}
