import { type Logger, pino } from 'pino';
import { readLogLevel } from './config.ts';
import { currentRequestIds } from './request-id.ts';

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

let ofProcess: Logger | undefined;

/** For what goes wrong before there is a container, or without one, as where its settings are wrong. */
export function processLogger(): Logger {
  ofProcess ??= createLogger(readLogLevel());
  return ofProcess;
}
