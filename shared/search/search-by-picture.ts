import { FORM_FILE_LIMIT_BYTES } from '#shared/api/files.ts';
import type { SearchAnswer } from '#shared/api/search.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { lookAtPicture } from '#shared/formats/look-at-picture.ts';
import { answerQuestion, type SearchDeps } from './search.ts';

export interface PictureSearchDeps extends SearchDeps {
  windowTimeoutMs: number;
  memoryMb: number;
}

/**
 * Finds the person's pictures that look like this one, the nearest first.
 * @throws AppError EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_TYPE, IMAGE_TOO_LARGE, DAMAGED_FILE and the other codes of
 *   reading a file; MODEL_UNAVAILABLE, SEARCH_UNAVAILABLE
 */
export async function searchByPicture(
  deps: PictureSearchDeps,
  userId: string,
  bytes: Uint8Array,
  page: { limit: number; offset: number },
): Promise<SearchAnswer> {
  if (bytes.byteLength === 0) throw new AppError('EMPTY_FILE');
  if (bytes.byteLength > FORM_FILE_LIMIT_BYTES) {
    throw new AppError('FILE_TOO_LARGE', {
      detail: `The picture has ${bytes.byteLength} bytes; a search takes ${FORM_FILE_LIMIT_BYTES}. Send a smaller copy.`,
    });
  }
  const picture = await lookAtPicture(userId, bytes, {
    windowTimeoutMs: deps.windowTimeoutMs,
    memoryMb: deps.memoryMb,
  });
  const question = { picture };
  return (await answerQuestion(deps, userId, question, { legs: ['image'] }, { ...page, explain: false })).answer;
}
