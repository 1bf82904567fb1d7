import type { Problem } from '#shared/api/problem.ts';
import { isUnusableValue, translatePostgresError } from '#shared/db/postgres-errors.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { ERROR_CODES } from '#shared/errors/codes.ts';
import { ConfigError } from './config.ts';
import type { HttpAnswer } from './http-result.ts';
import { processLogger } from './logger.ts';

const DEFAULT_RETRY_SECONDS = 5;

/**
 * The answer to an error: a stable code and a sentence. What we did not foresee is logged whole and answered without
 * detail. To be called within the request, which the log names.
 */
export function problemAnswer(thrown: unknown, requestId: string): HttpAnswer {
  const error = isUnusableValue(thrown) ? unusableValue(thrown) : translatePostgresError(thrown);
  const known = error instanceof AppError ? error : new AppError('INTERNAL_ERROR', { cause: error });
  if (known.status >= 500) {
    const level = error instanceof ConfigError ? 'fatal' : 'error';
    processLogger()[level]({ err: error }, 'request failed');
  }
  const body: Problem = {
    type: `urn:omnirag:error:${known.code}`,
    title: ERROR_CODES[known.code].title,
    status: known.status,
    detail: known.message,
    code: known.code,
    requestId,
    ...(known.errors ? { errors: [...known.errors] } : {}),
  };
  return {
    status: known.status,
    text: { contentType: 'application/problem+json', content: JSON.stringify(body) },
    headers: {
      ...known.headers,
      ...(known.status === 429 || known.status === 503
        ? { 'Retry-After': String(known.retryAfterSeconds ?? DEFAULT_RETRY_SECONDS) }
        : {}),
    },
  };
}

/** A net below the routes' schemas, which ought to refuse such values by name. */
function unusableValue(cause: unknown): AppError {
  processLogger().warn({ err: cause }, 'a value that the database cannot store passed validation');
  return new AppError('VALIDATION_ERROR', { detail: 'The request contains a value that cannot be stored.', cause });
}
