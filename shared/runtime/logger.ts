import { type Logger, pino } from 'pino';
import { currentRequestId } from './request-id.ts';

export type { Logger };

/** JSON lines on stdout, each with the request it belongs to. Whatever could hold a secret is replaced before it is written. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    mixin: () => {
      const requestId = currentRequestId();
      return requestId === undefined ? {} : { requestId };
    },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'password',
        'token',
        'authorization',
        '*.password',
        '*.token',
        '*.authorization',
        '*.refreshToken',
        '*.accessToken',
      ],
      censor: '[redacted]',
    },
  });
}
