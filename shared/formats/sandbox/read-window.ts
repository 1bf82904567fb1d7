import { AppError } from '#shared/errors/app-error.ts';
import type { ErrorCode } from '#shared/errors/codes.ts';
import type { ExtractedPage, OpenDocument } from '../format.ts';
import type { PageWindow } from './messages.ts';
import { isOutOfMemory } from './out-of-memory.ts';

/** Warnings kept for one window; a thoroughly broken document has thousands that all say the same. */
const MAX_WARNINGS = 20;
const MAX_WARNING_CHARS = 500;
/** No book has as many pages: only made-up ones, whose rows alone would fill the database. */
const MAX_PAGES = 100_000;
/** UTF-16 units of text in one answer. A page of a book has 3,000, the whole window one message to the parent. */
const MAX_WINDOW_CHARS = 20_000_000;

/** Failures that end the reading of a document whichever page they befall. */
const ENDING: readonly ErrorCode[] = ['RESOURCE_LIMIT', 'MODEL_UNAVAILABLE'];

export interface WindowReader {
  /**
   * Reads up to `count` pages from page `first`, fewer when the budget is spent, but one at least; beyond the last page there are none. A page that cannot be read is
   * empty and named in a warning.
   * @throws AppError DAMAGED_FILE when not one page could be read, RESOURCE_LIMIT when the document has too many pages or
   *   too much text, or memory ran out, and what opening throws
   */
  read(first: number, count: number): Promise<PageWindow>;
  /** Tells of a failure that belongs to no page. */
  note(error: unknown): void;
}

/**
 * @param open answers the same document each time
 * @param limits `budgetMs`: no page is begun in a window on which this much time has been spent
 */
export function createWindowReader(open: () => Promise<OpenDocument>, limits: { budgetMs: number }): WindowReader {
  let told = 0;
  let failedPages = 0;
  const strays: string[] = [];

  async function read(first: number, count: number): Promise<PageWindow> {
    const document = await open();
    const enough = performance.now() + limits.budgetMs;
    if (document.pageCount > MAX_PAGES) {
      throw tooMuch(`The file has ${document.pageCount} pages; at most ${MAX_PAGES} are allowed.`);
    }
    let chars = 0;
    const pages: ExtractedPage[] = [];
    const failures: string[] = [];
    const last = Math.min(first + count - 1, document.pageCount);
    for (let number = first; number <= last && (number === first || performance.now() < enough); number++) {
      try {
        const page = await document.page(number);
        chars += page.text.length;
        if (chars > MAX_WINDOW_CHARS) throw tooMuch(`Pages ${first} to ${number} contain too much text to read.`);
        pages.push(page);
      } catch (error) {
        if (isOutOfMemory(error) || (error instanceof AppError && ENDING.includes(error.code))) throw error;
        failedPages++;
        failures.push(`Page ${number} could not be read: ${reason(error)}`);
        pages.push({ number, text: '', headings: [], charOffset: 0 });
      }
    }
    if (failedPages === document.pageCount && failedPages > 0) {
      throw new AppError('DAMAGED_FILE', {
        detail: `The file is damaged: no page could be read (${failures[0] ?? ''})`,
      });
    }
    const isLast = first + pages.length > document.pageCount;
    const holdsFiles = isLast ? await document.holdsFiles?.() : undefined;
    const warnings = [...document.warnings.slice(told), ...failures, ...strays.splice(0)];
    told = document.warnings.length;
    return { pages, totalPages: document.pageCount, warnings: bounded(warnings), holdsFiles };
  }

  return { read, note: (error) => strays.push(`Part of the file could not be read: ${reason(error)}`) };
}

function bounded(warnings: string[]): string[] {
  const kept = warnings.slice(0, MAX_WARNINGS).map((warning) => warning.slice(0, MAX_WARNING_CHARS));
  const more = warnings.length - kept.length;
  return more > 0 ? [...kept, `Further warnings: ${more}.`] : kept;
}

function tooMuch(detail: string): AppError {
  return new AppError('RESOURCE_LIMIT', { detail });
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
