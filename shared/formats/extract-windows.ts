import { stat } from 'node:fs/promises';
import { AppError } from '#shared/errors/app-error.ts';
import { isQuickToRead, readHere } from './read-here.ts';
import { documentFormatOf, supportedExtensions } from './registry.ts';
import type { OcrSettings, PageWindow } from './sandbox/messages.ts';
import { startSandbox } from './sandbox/start-sandbox.ts';

export type { OcrSettings, PageWindow } from './sandbox/messages.ts';

export interface ReadingLimits {
  /** For one window, which ends early when its pages are slow; the first includes starting the process and opening the document. */
  windowTimeoutMs: number;
  /** Memory of the process that reads, in MiB: enforced by the operating system where it can, and watched everywhere. */
  memoryMb: number;
  /** Text of a whole document. */
  maxTextChars: number;
}

/** Of one process that reads. */
export interface ExtractLimits extends Omit<ReadingLimits, 'maxTextChars'> {
  /** The same for a reader that works and gets hardly any processor time, on a busy machine; not set: no longer. */
  starvedTimeoutMs?: number | undefined;
  /** How far the process that reads stands back behind others, as `nice` counts; not set: as readers usually do. */
  niceness?: number | undefined;
}

export interface ExtractRequest {
  /** Of the plain file on disk. */
  path: string;
  /** As `detectType` answered it. */
  contentType: string;
  /** 1-based; where an interrupted extraction goes on. */
  firstPage: number;
  windowPages: number;
  limits: ExtractLimits;
  /** How words in pictures are read; without it they are not, which saves seconds where only the looks of a picture are wanted. */
  ocr?: OcrSettings | undefined;
  /** Ends the reading process at once; the generator then throws the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads a document window by window, in a process of its own that lives as long as this generator: a hang, a crash or
 * a memory bomb ends the attempt and nothing else; small plain texts are read here. The next window is read only when it is asked for. Yields at least
 * one window, which has no pages when `firstPage` lies beyond the last.
 * @throws AppError PARSE_TIMEOUT, RESOURCE_LIMIT, DAMAGED_FILE, ENCRYPTED_DOCUMENT, ARCHIVE_LIMIT, IMAGE_TOO_LARGE,
 *   UNSUPPORTED_TYPE, MODEL_UNAVAILABLE (until what is missing is installed):
 *   the same bytes would fail again
 * @throws Error when the process was ended from outside or could not start: worth another attempt
 */
export async function* extractWindows(request: ExtractRequest): AsyncGenerator<PageWindow, void, undefined> {
  const { path, contentType, windowPages, limits, ocr, signal } = request;
  const format = documentFormatOf(contentType);
  if (!format) {
    throw new AppError('UNSUPPORTED_TYPE', { detail: `Supported types: ${supportedExtensions()}.` });
  }
  signal?.throwIfAborted();
  if (isQuickToRead(contentType, (await stat(path)).size)) {
    yield* readHere(format, { ...request, budgetMs: limits.windowTimeoutMs });
    return;
  }
  const { id: formatId, threads = 0, nativeAddons = false } = format;
  const sandbox = startSandbox({ path, formatId, threads, nativeAddons, ocr, ...limits });
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => undefined);
  const onAbort = (): void => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    let first = request.firstPage;
    let totalPages: number;
    do {
      const answer = await Promise.race([aborted.promise, sandbox.ask({ type: 'read', first, count: windowPages })]);
      if (answer.type !== 'window') throw new Error(`The reader answered a request for pages with "${answer.type}".`);
      const { window } = answer;
      totalPages = window.totalPages;
      first += window.pages.length;
      yield window;
    } while (first <= totalPages);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await sandbox.end();
  }
}
