import { S3ServiceException } from '@aws-sdk/client-s3';
import { AppError } from '#shared/errors/app-error.ts';

const MISSING = new Set(['NoSuchKey', 'NotFound', 'NoSuchUpload']);
const WRONG_PARTS = new Set(['InvalidPart', 'InvalidPartOrder', 'EntityTooSmall', 'MalformedXML', 'NoSuchUpload']);
const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ETIMEDOUT']);

export function isMissing(error: unknown): boolean {
  return error instanceof S3ServiceException && (MISSING.has(error.name) || error.$metadata.httpStatusCode === 404);
}

/** The object has another ETag than the one asked for, or gets one just now. */
export function isChanged(error: unknown): boolean {
  if (!(error instanceof S3ServiceException)) return false;
  return error.$metadata.httpStatusCode === 412 || error.name === 'ConditionalRequestConflict';
}

/** The range that was asked for begins where the object has ended. */
export function isPastTheEnd(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 416;
}

/** The one place where an S3 error becomes an answer; what is not understood stays a defect of ours. */
export function translateS3Error(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof S3ServiceException) {
    if (WRONG_PARTS.has(error.name)) {
      return new AppError('VALIDATION_ERROR', {
        errors: [
          { field: 'parts', message: 'a part is missing or too small, or its ETag differs from the uploaded one' },
        ],
        cause: error,
      });
    }
    if ((error.$metadata.httpStatusCode ?? 500) >= 500) return unavailable(error);
    return error;
  }
  return isConnectionError(error) ? unavailable(error) : error;
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  return CONNECTION_CODES.has(code) || error.name === 'TimeoutError';
}

function unavailable(cause: unknown): AppError {
  return new AppError('DEPENDENCY_UNAVAILABLE', {
    detail: 'The object storage is not responding. Try again shortly.',
    retryAfterSeconds: 5,
    cause,
  });
}
