import { ERROR_CODES, type ErrorCode, type Retry } from './codes.ts';

export interface FieldError {
  /** Dotted path of the field, e.g. `filters.types.0`; empty for the body as a whole. */
  field: string;
  message: string;
}

export interface AppErrorOptions {
  /** A sentence for the person; never holds secrets, SQL or another person's data. */
  detail?: string | undefined;
  errors?: readonly FieldError[] | undefined;
  /** For 429 and 503, whole seconds. */
  retryAfterSeconds?: number | undefined;
  /** Of the answer, where its status asks for some. */
  headers?: Readonly<Record<string, string>> | undefined;
  cause?: unknown;
}

/** The one error class of the product: a stable code, a sentence, and what the HTTP wrapper needs to answer it. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly headers: Readonly<Record<string, string>> | undefined;

  constructor(code: ErrorCode, options: AppErrorOptions = {}) {
    super(
      options.detail ?? ERROR_CODES[code].title,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.headers = options.headers;
  }

  get status(): number {
    return ERROR_CODES[this.code].status;
  }

  get retry(): Retry {
    return ERROR_CODES[this.code].retry;
  }
}

/** Whether a part of the system is away or set up wrong, so that waiting helps. */
export function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.retry === 'outage';
}
