import type { SearchRequest } from '#shared/api/search.ts';
import type { Trx } from '#shared/db/database.ts';
import { findSearchableFileIds } from '#shared/db/files-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';

/** An id is 39 bytes of JSON and goes into up to four filters of a request, of which Qdrant takes 32 MB. */
const MOST_FILTERED_FILES = 20_000;

/**
 * The files the filters leave; undefined without filters.
 * @throws AppError VALIDATION_ERROR when they leave too many files
 */
export async function filteredFileIds(
  trx: Trx,
  userId: string,
  filters: SearchRequest['filters'],
): Promise<string[] | undefined> {
  if (!filters) return undefined;
  const ids = await findSearchableFileIds(trx, userId, {
    fileIds: filters.fileIds,
    types: filters.types,
    sources: filters.sources,
    createdAfter: filters.createdAfter ? new Date(filters.createdAfter) : undefined,
    createdBefore: filters.createdBefore ? new Date(filters.createdBefore) : undefined,
    filenameContains: filters.filename,
    limit: MOST_FILTERED_FILES + 1,
  });
  if (ids.length <= MOST_FILTERED_FILES) return ids;
  const most = MOST_FILTERED_FILES.toLocaleString('en');
  throw new AppError('VALIDATION_ERROR', {
    errors: [{ field: 'filters', message: `matches more than ${most} files; narrow the filter` }],
  });
}
