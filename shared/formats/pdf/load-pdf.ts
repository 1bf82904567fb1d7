import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PDFDocumentLoadingTask, PDFDocumentProxy } from 'pdfjs-dist/types/src/display/api.js';
import { AppError } from '#shared/errors/app-error.ts';
import type { ReaderTools } from '../format.ts';
import { isRecord } from './annotation.ts';
import { openShrunken, type ShrunkenFile } from './shrunken-file.ts';

/** Only what is asked for. A page that is a picture takes some millions of bytes. */
const PIECE_BY_PIECE = { disableAutoFetch: true, disableStream: true, rangeChunkSize: 1024 ** 2 };

export interface LoadedPdf {
  document: PDFDocumentProxy;
  /** Whether it is a form in XFA, whose pages are made by programs that know how, and whether the library does. */
  form: 'none' | 'laid out' | 'not laid out';
  close(): Promise<void>;
}

/** @throws AppError DAMAGED_FILE, ENCRYPTED_DOCUMENT */
export async function loadPdf(path: string, tools: ReaderTools): Promise<LoadedPdf> {
  try {
    return await load(path, tools, true).catch((error: unknown) => {
      // A form that cannot be laid out; the rest may be read.
      if (error instanceof Error && error.name === 'UnknownErrorException') return load(path, tools, false);
      throw error;
    });
  } catch (error) {
    throw translate(error);
  }
}

async function load(path: string, tools: ReaderTools, withForms: boolean): Promise<LoadedPdf> {
  const shrunken = tools.ocr && (await openShrunken(path, tools));
  const mostPixels = shrunken?.mostPixels ?? tools.mostPixels;
  const source = shrunken ?? { data: new Uint8Array(await readFile(path)), mostPixels };
  const task = await startLoading(source, withForms);
  const close = async (): Promise<void> => {
    await task.destroy();
    await shrunken?.close();
  };
  try {
    const document = await task.promise;
    return { document, form: await formOf(document), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function formOf(document: PDFDocumentProxy): Promise<LoadedPdf['form']> {
  if (document.isPureXfa) return 'laid out';
  const { info }: { info: unknown } = await document.getMetadata();
  // With fields of the usual kind beside it, the pages are there and show what the form shows.
  return isRecord(info) && info.IsXFAPresent === true && info.IsAcroFormPresent !== true ? 'not laid out' : 'none';
}

/** @param withForms whether forms in XFA are laid out */
async function startLoading(
  { mostPixels, ...source }: { mostPixels: number } & (Pick<ShrunkenFile, 'range'> | { data: Uint8Array }),
  withForms: boolean,
): Promise<PDFDocumentLoadingTask> {
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
    enableXfa: withForms,
    // Names of fonts, and whether their codes are numbers of glyphs.
    fontExtraProperties: true,
    maxImageSize: mostPixels,
    // What it leaves out is told as a warning.
    verbosity: VerbosityLevel.WARNINGS,
  });
}

/** pdf.js errors are told apart by name: the classes differ between its builds. */
function translate(error: unknown): AppError {
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return new AppError('ENCRYPTED_DOCUMENT', { cause: error });
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('DAMAGED_FILE', { detail: `The PDF is damaged and could not be read (${reason})`, cause: error });
}
