import pg from 'pg';
import { AppError } from '#shared/errors/app-error.ts';

const UNIQUE_VIOLATION = '23505';
/** Values that no column takes: bad encoding, out of range (numbers, dates), escapes of no character, too long for an index. */
const UNUSABLE_VALUES = new Set(['22021', '22003', '22008', '22P05', '54000']);
/** Connection failures, shutdown, too many connections, out of resources: worth another try. */
const TRANSIENT_CLASSES = new Set(['08', '53', '57', '58']);
const TRANSIENT_CODES = new Set(['40001', '40P01', '25006', '25P03']);
/** A lock that was waited for as long as a connection may wait. */
const LOCK_NOT_AVAILABLE = '55P03';
/** As pg and its pool say it when a connection broke, was never had, or breaks later in a transaction. */
const NO_CONNECTION =
  /timeout exceeded when trying to connect|Connection terminated|Client (?:has encountered a connection error|was closed) and is not queryable/;
const NODE_CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);

/** The constraint a unique violation names, else undefined. */
export function violatedUnique(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION ? error.constraint : undefined;
}

/** Whether a statement gave up waiting for a lock (`lock_timeout`). */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
}

/** Whether PostgreSQL refused a value as such. In answer to a request the request is to blame; elsewhere it is a defect of ours. */
export function isUnusableValue(error: unknown): boolean {
  return error instanceof pg.DatabaseError && UNUSABLE_VALUES.has(error.code ?? '');
}

/** The one place where SQLSTATE becomes an answer: trouble that passes is DEPENDENCY_UNAVAILABLE, all else stays a defect of ours. */
export function translatePostgresError(error: unknown): unknown {
  if (error instanceof AppError) return error;
  if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) {
    return new AppError('DEPENDENCY_UNAVAILABLE', {
      detail: 'Another request is changing the same data. Try again shortly.',
      retryAfterSeconds: 5,
      cause: error,
    });
  }
  const transient =
    error instanceof pg.DatabaseError
      ? TRANSIENT_CLASSES.has(error.code?.slice(0, 2) ?? '') || TRANSIENT_CODES.has(error.code ?? '')
      : error instanceof Error && (isConnectionError(error) || NO_CONNECTION.test(error.message));
  return transient
    ? new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: 'The database is not responding. Try again shortly.',
        retryAfterSeconds: 5,
        cause: error,
      })
    : error;
}

function isConnectionError(error: Error): boolean {
  return 'code' in error && typeof error.code === 'string' && NODE_CONNECTION_CODES.has(error.code);
}
