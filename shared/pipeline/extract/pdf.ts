import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PDFDocumentLoadingTask, PDFDocumentProxy, TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { AppError } from '#shared/errors/app-error.ts';
import type { ExtractedPage, Format, OpenDocument } from './format.ts';
import type { Fragment } from './pdf/fragment.ts';
import { toFragments } from './pdf/fragment.ts';
import { bodySizeOf, chooseBodySize, countSizes, toPageText } from './pdf/page-text.ts';

/** A damaged page tree can claim a thousand million pages; the longest real documents have some ten thousand. */
const MAX_PAGES = 100_000;
/** Pages whose type sizes speak for the document. */
const SAMPLE_PAGES = 8;

/** PDF, page by page, in reading order. Pages that are pictures have no text. */
export const pdf: Format = {
  id: 'pdf',
  contentTypes: ['application/pdf', 'application/x-pdf'],
  extensions: ['pdf'],
  family: 'pdf',
  paged: true,
  open: openPdf,
};

async function openPdf(path: string): Promise<OpenDocument> {
  const task = await startLoading(new Uint8Array(await readFile(path)));
  const document = await task.promise.catch((error: unknown) => {
    throw translate(error);
  });
  if (document.numPages > MAX_PAGES) {
    throw new AppError('DAMAGED_FILE', { detail: `The file claims to have ${document.numPages} pages.` });
  }
  let documentBodySize: Promise<number | undefined> | undefined;
  return {
    pageCount: document.numPages,
    warnings: [],
    async page(number): Promise<ExtractedPage> {
      const groups = await readFragments(document, number);
      documentBodySize ??= sampleBodySize(document);
      const bodySize = chooseBodySize(bodySizeOf(countSizes(groups)), await documentBodySize);
      return { number, ...toPageText(groups, bodySize), charOffset: 0 };
    },
    close: () => task.destroy(),
  };
}

async function startLoading(data: Uint8Array): Promise<PDFDocumentLoadingTask> {
  // The library takes a tenth of a second to load: only here, never in the processes that start the sandbox.
  const { getDocument, GlobalWorkerOptions, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.min.mjs');
  GlobalWorkerOptions.workerSrc = import.meta.resolve('pdfjs-dist/legacy/build/pdf.worker.min.mjs');
  const home = dirname(fileURLToPath(import.meta.resolve('pdfjs-dist/package.json')));
  return getDocument({
    data,
    cMapUrl: `${home}/cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${home}/standard_fonts/`,
    wasmUrl: `${home}/wasm/`,
    iccUrl: `${home}/iccs/`,
    disableFontFace: true,
    useSystemFonts: false,
    enableXfa: false,
    verbosity: VerbosityLevel.ERRORS,
  });
}

async function readFragments(document: PDFDocumentProxy, number: number): Promise<Fragment[][]> {
  const page = await document.getPage(number);
  try {
    const { items, styles } = await page.getTextContent();
    const runs = items.filter((item): item is TextItem => 'str' in item);
    return toFragments(runs, (fontName) => styles[fontName]?.vertical === true);
  } finally {
    page.cleanup();
  }
}

/** The same for every page of a document, whichever is read first, so that a repeated extraction answers the same. */
async function sampleBodySize(document: PDFDocumentProxy): Promise<number | undefined> {
  const counts = new Map<number, number>();
  for (let number = 1; number <= Math.min(SAMPLE_PAGES, document.numPages); number++) {
    const groups = await readFragments(document, number).catch(() => []);
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
