import { z } from 'zod';

/** PostgreSQL's largest integer. */
export const MAX_INTEGER = 2_147_483_647;

/** For the description of a schema: JSON Schema has no word for well-formed text, but one for this. */
export const NO_NUL = '^[^\\u0000]*$';

/** Text that PostgreSQL can hold: it takes no NUL, and half a surrogate pair has no UTF-8. */
export function plainText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .refine(isStorable, 'must not contain a NUL character or half a surrogate pair')
    .meta({ pattern: NO_NUL });
}

/** Text that may go into an HTTP header. */
export function headerText(maxLength: number) {
  return z
    .string()
    .max(maxLength)
    .regex(/^[\x20-\x7e]*$/, 'must be printable ASCII');
}

export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}
