import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '#shared/errors/app-error.ts';
import type { ExtractedPage } from './format.ts';

/** UTF-16 units a document may hold in all: a cell that is referred to a million times takes little room in a file. */
const MOST_CHARS = 256 * 1024 * 1024;
/** The fastest; texts of tables shrink to a tenth all the same. */
const LEVEL = 1;

/** Pages that had to be made all at once, kept small until they are asked for. */
export interface PageStore {
  count: number;
  /** Numbers the page and places it after the ones before. @throws AppError ARCHIVE_LIMIT */
  add(page: Omit<ExtractedPage, 'number' | 'charOffset'>): void;
  /** @param number 1 to `count` */
  page(number: number): ExtractedPage;
}

export function createPageStore(): PageStore {
  const pages: Buffer[] = [];
  let chars = 0;
  return {
    get count() {
      return pages.length;
    },
    add(page) {
      const whole: ExtractedPage = { ...page, number: pages.length + 1, charOffset: chars };
      chars += page.text.length;
      if (chars > MOST_CHARS) {
        throw new AppError('ARCHIVE_LIMIT', {
          detail: `The file contains more than ${MOST_CHARS / 1024 / 1024} million characters of text.`,
        });
      }
      const packed = deflateRawSync(JSON.stringify(whole), { level: LEVEL });
      // A copy outside Node's pool: results are slices of 64 KB each, and 5,000 pages would hold on to 320 MB.
      const own = Buffer.allocUnsafeSlow(packed.length);
      packed.copy(own);
      pages.push(own);
    },
    page(number) {
      const packed = pages[number - 1];
      if (packed === undefined) throw new RangeError(`Page ${number} of ${pages.length} was requested.`);
      return JSON.parse(inflateRawSync(packed).toString()) as ExtractedPage;
    },
  };
}
