import type { Entry } from 'yauzl';
import { AppError } from '#shared/errors/app-error.ts';

const LOCAL_HEADER_BYTES = 30;

/**
 * Entries that share their packed bytes are how a file of kilobytes comes to hold petabytes; no program writes them.
 * @throws AppError ARCHIVE_LIMIT
 */
export function refuseOverlap(entries: readonly Entry[]): void {
  let end = 0;
  const byPlace = entries.toSorted((a, b) => a.relativeOffsetOfLocalHeader - b.relativeOffsetOfLocalHeader);
  for (const entry of byPlace) {
    const start = entry.relativeOffsetOfLocalHeader;
    if (start < end) {
      throw new AppError('ARCHIVE_LIMIT', {
        detail: 'The archive contains overlapping files, which is typical of zip bombs, so it was not read.',
      });
    }
    end = start + LOCAL_HEADER_BYTES + entry.fileNameLength + entry.compressedSize;
  }
}
