import type { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';

/** An opaque cursor: where the page before ended. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws AppError VALIDATION_ERROR for a cursor that this system did not make */
export function decodeCursor<T extends z.ZodType>(cursor: string, position: T): z.output<T> {
  try {
    return position.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new AppError('VALIDATION_ERROR', {
      errors: [{ field: 'cursor', message: 'is not a cursor for this list' }],
      cause,
    });
  }
}
