import { AppError } from '#shared/errors/app-error.ts';
import type { ExtractedPage, OpenDocument } from '../format.ts';
import type { PageWindow } from './messages.ts';

/** Warnings kept for one window; a thoroughly broken document has thousands that all say the same. */
const MAX_WARNINGS = 20;

export interface WindowReader {
  /**
   * Reads up to `count` pages from page `first`; beyond the last page there are none. A page that cannot be read is
   * empty and named in a warning.
   * @throws AppError DAMAGED_FILE when not one page could be read, and what opening throws
   */
  read(first: number, count: number): Promise<PageWindow>;
  /** Tells of a failure that belongs to no page. */
  note(error: unknown): void;
}

/** Opens the document on the first request and keeps it open. */
export function createWindowReader(open: () => Promise<OpenDocument>): WindowReader {
  let opening: Promise<OpenDocument> | undefined;
  let told = 0;
  let failedPages = 0;
  const strays: string[] = [];

  async function read(first: number, count: number): Promise<PageWindow> {
    opening ??= open();
    const document = await opening;
    const pages: ExtractedPage[] = [];
    const failures: string[] = [];
    const last = Math.min(first + count - 1, document.pageCount);
    for (let number = first; number <= last; number++) {
      try {
        pages.push(await document.page(number));
      } catch (error) {
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
    const warnings = [...document.warnings.slice(told), ...failures, ...strays.splice(0)];
    told = document.warnings.length;
    return { pages, totalPages: document.pageCount, warnings: bounded(warnings) };
  }

  return { read, note: (error) => strays.push(`A part of the file could not be read: ${reason(error)}`) };
}

function bounded(warnings: string[]): string[] {
  const more = warnings.length - MAX_WARNINGS;
  return more > 0 ? [...warnings.slice(0, MAX_WARNINGS), `and ${more} more warnings`] : warnings;
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
