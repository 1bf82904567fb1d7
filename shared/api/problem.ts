import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import { EXAMPLES } from './examples.ts';

const CODES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** The body of every error answer (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:omnirag:error:` and the code.'),
    title: z.string().describe('What the code means, in one sentence.'),
    status: z.int().describe('The HTTP status once more.'),
    detail: z.string().describe('What went wrong this time, and what to do about it.'),
    code: z.enum(CODES).describe('Stable, for programs; `/docs` lists them all.'),
    requestId: z.string().describe('The same as in the header `X-Request-Id`; the logs have it, too.'),
    errors: z
      .array(
        z.object({
          field: z.string().describe('Dotted path of the field, such as `filters.types.0`; empty for the whole body.'),
          message: z.string().describe('What it must be.'),
        }),
      )
      .optional()
      .describe('Each field that is to be corrected, with `VALIDATION_ERROR`.'),
  })
  .meta({ id: 'Problem', description: 'Why a request was refused (RFC 9457).', examples: [EXAMPLES.problem] });

export type Problem = z.infer<typeof problemSchema>;
