import type { SearchAnswer } from '#shared/api/search.ts';
import { FORM_FILE_LIMIT_BYTES } from '#shared/api/uploads.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { ReadingLimits } from '#shared/formats/extract-windows.ts';
import { lookAtPicture } from '#shared/formats/look-at-picture.ts';
import { answerQuestion, type SearchDeps } from './search.ts';

/** Somebody waits for the answer, and the function for 29 s at most. */
const LONGEST_LOOK_MS = 15_000;

export interface PictureSearchDeps extends SearchDeps {
  limits: SearchDeps['limits'] & { reading: ReadingLimits };
}

/**
 * Finds the person's pictures that look like this one, the nearest first.
 * @param bytes undefined when none were sent
 * @throws AppError VALIDATION_ERROR, EMPTY_FILE, FILE_TOO_LARGE, UNSUPPORTED_TYPE, IMAGE_TOO_LARGE, DAMAGED_FILE and the other codes of
 *   reading a file; MODEL_UNAVAILABLE, SEARCH_UNAVAILABLE
 */
export async function searchByPicture(
  deps: PictureSearchDeps,
  userId: string,
  bytes: Uint8Array | undefined,
  page: { limit: number; offset: number },
): Promise<SearchAnswer> {
  if (!bytes) {
    throw new AppError('VALIDATION_ERROR', {
      errors: [{ field: 'file', message: 'must be a picture sent as multipart/form-data' }],
    });
  }
  if (bytes.byteLength === 0) throw new AppError('EMPTY_FILE');
  if (bytes.byteLength > FORM_FILE_LIMIT_BYTES) {
    throw new AppError('FILE_TOO_LARGE', {
      detail: `The picture has ${bytes.byteLength} bytes; at most ${FORM_FILE_LIMIT_BYTES} are allowed. Send a smaller copy.`,
    });
  }
  const { windowTimeoutMs, memoryMb } = deps.limits.reading;
  const picture = await lookAtPicture(userId, bytes, {
    windowTimeoutMs: Math.min(windowTimeoutMs, LONGEST_LOOK_MS),
    memoryMb,
  });
  const question = { picture };
  return (await answerQuestion(deps, userId, question, { legs: ['image'] }, { ...page, explain: false })).answer;
}
