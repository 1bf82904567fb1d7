import { AppError } from '#shared/errors/app-error.ts';

/** Reasons with which Google refuses for a while, though it says 403. */
const RATE_REASONS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'dailyLimitExceeded', 'quotaExceeded']);
const SCOPE_REASONS = new Set(['insufficientPermissions', 'insufficientScopes']);

interface Seen {
  status: number | undefined;
  /** OAuth's `error`, or the reason of the first of the API's errors. */
  reason: string | undefined;
  message: string;
  retryAfterSeconds: number | undefined;
}

/**
 * The one place that knows Google's errors.
 * @returns REAUTH_REQUIRED when the consent is gone, DRIVE_UNAVAILABLE and DRIVE_RATE_LIMITED when waiting helps, else
 *   DRIVE_FILE_UNREADABLE
 */
export function translateGoogleError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const seen = look(error);
  const { status, reason, message, retryAfterSeconds } = seen;
  // Vendor errors carry the request, and with it tokens: only what was read out of one goes on.
  const cause = new Error(`Google returned ${status ?? 'no status'}${reason ? ` ${reason}` : ''}: ${message}`);
  if (reason === 'invalid_grant' || SCOPE_REASONS.has(reason ?? '')) return new AppError('REAUTH_REQUIRED', { cause });
  if (status === 429 || RATE_REASONS.has(reason ?? '')) {
    return new AppError('DRIVE_RATE_LIMITED', { cause, retryAfterSeconds });
  }
  // An access token that ran out in the middle: the next run gets a new one, or learns that the consent is gone.
  const isRefusal = status !== undefined && status >= 400 && status < 500 && status !== 401 && status !== 408;
  if (!isRefusal) return new AppError('DRIVE_UNAVAILABLE', { cause, retryAfterSeconds });
  return new AppError('DRIVE_FILE_UNREADABLE', { detail: `Google Drive did not return the file: ${message}`, cause });
}

/** Whether the thing asked for is not there, or not shared with the person. */
export function isMissing(error: unknown): boolean {
  return look(error).status === 404;
}

function look(error: unknown): Seen {
  const response = property(error, 'response');
  const data = property(response, 'data') ?? parsed(property(error, 'message'));
  const told = property(data, 'error');
  const first = property(property(told, 'errors'), 0);
  const status = property(response, 'status');
  const reason = typeof told === 'string' ? told : property(first, 'reason');
  const message = property(told, 'message') ?? property(data, 'error_description');
  const headers = property(response, 'headers');
  const retryAfter = headers instanceof Headers ? Number(headers.get('retry-after')) : Number.NaN;
  return {
    status: typeof status === 'number' ? status : undefined,
    reason: typeof reason === 'string' ? reason : undefined,
    message: typeof message === 'string' ? message : 'no reason given',
    retryAfterSeconds: Number.isInteger(retryAfter) && retryAfter > 0 ? Math.min(retryAfter, 3_600) : undefined,
  };
}

/** Where bytes were asked for, the client leaves Google's answer in the message: a limit of the rate must not pass for a refusal. */
function parsed(message: unknown): unknown {
  if (typeof message !== 'string') return undefined;
  try {
    return JSON.parse(message);
  } catch {
    // A page for people, from a proxy on the way: the status says what is known.
    return undefined;
  }
}

function property(value: unknown, name: string | number): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
