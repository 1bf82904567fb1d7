import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '#shared/errors/codes.ts';
import { EXAMPLES } from './examples.ts';

const CODES = Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]];

/** The body of every error answer (RFC 9457). */
export const problemSchema = z
  .object({
    type: z.string().describe('`urn:omnirag:error:` and the code.'),
    title: z.string().describe('What the code means, in one sentence.'),
    status: z.int().describe('The HTTP status.'),
    detail: z.string().describe('What went wrong this time and what to do.'),
    code: z.enum(CODES).describe('Stable error code for programs; `/docs` lists them all.'),
    requestId: z.string().describe('Id of the request, as in the `X-Request-Id` header and in the logs.'),
    errors: z
      .array(
        z.object({
          field: z.string().describe('Dotted path of the field, such as `filters.types.0`; empty for the whole body.'),
          message: z.string().describe('What the field must be.'),
        }),
      )
      .optional()
      .describe('With `VALIDATION_ERROR`: the fields to correct.'),
  })
  .meta({ id: 'Problem', description: 'Why a request failed (RFC 9457).', examples: [EXAMPLES.problem] });

export type Problem = z.infer<typeof problemSchema>;
