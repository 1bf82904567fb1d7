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
import { attachmentsOf } from './attachments.ts';
import { mayHavePictures } from './find-large-pictures.ts';
import { createFonts } from './fonts.ts';
import type { Fragment } from './fragment.ts';
import { toFragments } from './fragment.ts';
import { countOmittedPictures } from './omitted-pictures.ts';
import { bodySizeOf, countSizes } from './page-text.ts';
import { type PageContent, readContent } from './read-content.ts';
import { type ReadPage, readPage, tellPage } from './read-page.ts';
import { openShrunken, type ShrunkenFile } from './shrunken-file.ts';

/** A damaged page tree can claim a thousand million pages; the longest real documents have some ten thousand. */
const MAX_PAGES = 100_000;
/** Pages whose type sizes speak for the document. */
const SAMPLE_PAGES = 8;

/** Only what is asked for. A page that is a picture takes some millions of bytes. */
const PIECE_BY_PIECE = { disableAutoFetch: true, disableStream: true, rangeChunkSize: 1024 ** 2 };

/** PDF, page by page, in reading order, as it is shown: what only pictures say is drawn and read. */
export const pdf: Format = {
  id: 'pdf',
  contentTypes: ['application/pdf', 'application/x-pdf'],
  extensions: ['pdf'],
  family: 'pdf',
  paged: true,
  nativeAddons: true,
  threads: 1,
  holdsFiles: true,
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
  const fonts = createFonts();
  const withPictures = await mayHavePictures(path);
  const attachments = attachmentsOf(document, (warning) => warnings.push(warning));
  let documentBodySize: Promise<number | undefined> | undefined;

  async function readWhole(content: PageContent, bodySize: number | undefined): Promise<ReadPage> {
    const { ocr, pictureTimeoutMs } = tools;
    if (!ocr) return tellPage(content, bodySize);
    const { pageNumber } = content.page;
    try {
      const read = await readPage({ ocr, pictureTimeoutMs }, content, bodySize, withPictures);
      if (omitted.take() === 0) return read;
      return { ...read, warnings: [tooLarge(pageNumber, tools.mostPixels)] };
    } catch (error) {
      if (isOutOfMemory(error) || error instanceof AppError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const { page, warnings: others } = tellPage(content, bodySize);
      return { page, warnings: [...others, `The pictures on page ${pageNumber} could not be read: ${reason}`] };
    }
  }

  return {
    pageCount: document.numPages,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const page = await document.getPage(number);
      try {
        documentBodySize ??= sampleBodySize(document);
        omitted.take();
        const read = await readWhole(await readContent(page, fonts), await documentBodySize);
        warnings.push(...read.warnings);
        return read.page;
      } finally {
        page.cleanup();
      }
    },
    holdsFiles: attachments.any,
    children: attachments.children,
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
    // Names of fonts, and whether their codes are numbers of glyphs.
    fontExtraProperties: true,
    maxImageSize: mostPixels,
    // What it leaves out is told as a warning.
    verbosity: VerbosityLevel.WARNINGS,
  });
}

async function readFragments(page: PDFPageProxy): Promise<Fragment[][]> {
  const { items, styles } = await page.getTextContent();
  const runs = items.filter((item): item is TextItem => 'str' in item);
  return toFragments(runs, (fontName) => styles[fontName]?.vertical === true);
}

/** The same for every page of a document, whichever is read first, so that a repeated extraction answers the same. */
async function sampleBodySize(document: PDFDocumentProxy): Promise<number | undefined> {
  const counts = new Map<number, number>();
  for (let number = 1; number <= Math.min(SAMPLE_PAGES, document.numPages); number++) {
    const groups = await document
      .getPage(number)
      .then(readFragments)
      .catch(() => []);
    countSizes(groups, counts);
  }
  return bodySizeOf(counts);
}

/** pdf.js errors are told apart by name: the classes differ between its builds. */
function translate(error: unknown): AppError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return new AppError('ENCRYPTED_DOCUMENT', { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('DAMAGED_FILE', { detail: `The PDF is damaged and could not be read (${reason})`, cause: error });
}
