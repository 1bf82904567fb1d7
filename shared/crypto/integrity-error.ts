import { AppError } from '#shared/errors/app-error.ts';

/**
 * The one answer to stored bytes that are not what was written. The person learns no more than that; what exactly did not
 * hold stands in the cause, for the log.
 */
export function integrityError(reason: string, cause?: unknown): AppError {
  return new AppError('INTEGRITY_ERROR', { cause: new Error(reason, cause === undefined ? undefined : { cause }) });
}
