import { type Logger, pino } from 'pino';
import { currentRequestIds } from './request-id.ts';

export type { Logger };

/** JSON lines on stdout, each with the request it belongs to. Whatever could hold a secret is replaced before it is written. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    // A new object each time: pino adds the line's own fields to it.
    mixin: () => ({ ...currentRequestIds() }),
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
