import { AppError } from '#shared/errors/app-error.ts';
import type { Format, ReaderTools } from './format.ts';
import { documentFormatOf } from './registry.ts';
import type { PageWindow } from './sandbox/messages.ts';
import { createWindowReader } from './sandbox/read-window.ts';

/**
 * The longest file in bytes that is read without a process of its own. The slowest made up for each of the formats took 230 ms
 * (a JSON key of marks with 26,000 values in it; any other 80), a note takes one; starting the process takes 250. What they
 * hold makes no difference: the time of each of these formats grows with the length alone, which the tests measure.
 */
const MOST_BYTES = 128 * 1024;

/** Whether a file of this type and size is read without a process of its own. */
export function isQuickToRead(contentType: string, size: number): boolean {
  return size <= MOST_BYTES && documentFormatOf(contentType)?.isPlain === true;
}

interface Request {
  path: string;
  /** 1-based. */
  firstPage: number;
  windowPages: number;
  budgetMs: number;
  signal?: AbortSignal | undefined;
}

/** Reads a document window by window in this process. @throws AppError as `extractWindows` */
export async function* readHere(
  format: Format,
  { path, firstPage, windowPages, budgetMs, signal }: Request,
): AsyncGenerator<PageWindow, void, undefined> {
  const document = await format.open(path, NO_TOOLS).catch((error: unknown) => {
    throw damaged(error);
  });
  try {
    const reader = createWindowReader(async () => document, { budgetMs });
    let first = firstPage;
    let totalPages: number;
    do {
      signal?.throwIfAborted();
      const window = await reader.read(first, windowPages);
      totalPages = window.totalPages;
      first += window.pages.length;
      yield window;
    } while (first <= totalPages);
  } finally {
    await document.close();
  }
}

/** Nothing in a plain text asks for any. */
const NO_TOOLS: ReaderTools = { pictureTimeoutMs: 0, mostPixels: 0, mostOneBitPixels: 0 };

function damaged(error: unknown): unknown {
  if (error instanceof AppError || (error instanceof Error && 'syscall' in error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError('DAMAGED_FILE', {
    detail: `The file is damaged and could not be read (${reason})`,
    cause: error,
  });
}
