import type { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';

/**
 * @param code what an invalid value means here; a malformed id in a path is a thing that is not there
 * @throws AppError VALIDATION_ERROR with the name of every wrong field, never its value
 */
export function parseWith<T extends z.ZodType>(
  schema: T,
  value: unknown,
  code: 'VALIDATION_ERROR' | 'NOT_FOUND' = 'VALIDATION_ERROR',
): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  if (code === 'NOT_FOUND') throw new AppError(code);
  throw new AppError(code, {
    errors: result.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is not known' }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    ),
  });
}
