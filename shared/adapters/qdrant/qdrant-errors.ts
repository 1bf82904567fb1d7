import { QdrantClientResourceExhaustedError, QdrantClientTimeoutError } from '@qdrant/js-client-rest';
import { AppError } from '#shared/errors/app-error.ts';

const DIMENSIONS = /Vector dimension error: expected dim: (\d+), got (\d+)/;
// A refused key, a timeout, too many requests, no disk space: the store's trouble, unlike a request that is wrong.
const PASSING = new Set([401, 403, 408, 429, 507]);
const RETRY_SECONDS = 5;

/** The HTTP status that Qdrant answered; undefined when there was no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : undefined;
}

/** What Qdrant said was wrong; empty when it said nothing. */
function textOf(error: unknown): string {
  if (!(error instanceof Error) || !('data' in error)) return '';
  const { data } = error;
  const status = typeof data === 'object' && data !== null && 'status' in data ? data.status : undefined;
  const text = typeof status === 'object' && status !== null && 'error' in status ? status.error : undefined;
  return typeof text === 'string' ? text : '';
}

/** Whether a request named a vector that the collection has no place for. */
export function isVectorNameMissing(error: unknown): boolean {
  return statusOf(error) === 400 && textOf(error).includes('Not existing vector name');
}

export function sizeMismatch(expected: number, got: number, cause?: unknown): AppError {
  return new AppError('EMBEDDING_SIZE_MISMATCH', {
    detail: `The index holds vectors of ${expected} dimensions, but the embedding model returned ${got}.`,
    cause,
  });
}

function unavailable(cause: unknown, retryAfterSeconds = RETRY_SECONDS): AppError {
  return new AppError('DEPENDENCY_UNAVAILABLE', {
    detail: 'The vector store is not responding. Try again shortly.',
    retryAfterSeconds,
    cause,
  });
}

/** The one place where an error of Qdrant or of its client becomes an answer; what is not understood stays a defect of ours. */
export function translateQdrantError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof QdrantClientResourceExhaustedError) return unavailable(error, Number(error.retry_after));
  // The client lets every failure of a connection through as the TypeError of fetch.
  const isBroken = error instanceof TypeError && error.message === 'fetch failed';
  if (error instanceof QdrantClientTimeoutError || isBroken) return unavailable(error);
  const status = statusOf(error);
  if (status === undefined) return error;
  if (status >= 500 || PASSING.has(status)) return unavailable(error);
  const sizes = DIMENSIONS.exec(textOf(error));
  if (sizes !== null) return sizeMismatch(Number(sizes[1]), Number(sizes[2]), error);
  const cause = new Error(`Qdrant returned ${status}: ${textOf(error)}`, { cause: error });
  return new AppError('INTERNAL_ERROR', { cause });
}
