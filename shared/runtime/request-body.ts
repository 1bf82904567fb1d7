import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { z } from 'zod';
import { AppError } from '#shared/errors/app-error.ts';

/** The longest JSON that any route has a use for: 10,000 parts of an upload are some 700 KB. */
export const MAX_JSON_BYTES = 1024 ** 2;

export function isForm(event: APIGatewayProxyEventV2): boolean {
  return /^multipart\/form-data\b/i.test(event.headers['content-type'] ?? '');
}

/** @throws AppError REQUEST_TOO_LARGE, MALFORMED_JSON */
export function readJson(event: APIGatewayProxyEventV2): unknown {
  const raw = event.body ?? '';
  const text = event.isBase64Encoded ? Buffer.from(raw, 'base64').toString('utf8') : raw;
  if (Buffer.byteLength(text) > MAX_JSON_BYTES) {
    throw new AppError('REQUEST_TOO_LARGE', {
      detail: `The request body is larger than allowed: at most ${MAX_JSON_BYTES} bytes.`,
    });
  }
  // Then every field is missing, and the answer names them.
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('MALFORMED_JSON', { cause });
  }
}

export interface FormFile {
  filename: string;
  contentType: string | undefined;
  bytes: Uint8Array;
}

/** Reads one file out of a multipart/form-data body. @throws AppError VALIDATION_ERROR */
export async function readFormFile(event: APIGatewayProxyEventV2, field: string): Promise<FormFile> {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'latin1');
  const form = await new Response(body, { headers: { 'content-type': event.headers['content-type'] ?? '' } })
    .formData()
    .catch((cause: unknown) => {
      throw new AppError('VALIDATION_ERROR', {
        detail: 'The multipart/form-data body could not be read.',
        errors: [{ field: '', message: 'is not a well-formed multipart/form-data body' }],
        cause,
      });
    });
  const value = form.get(field);
  if (!(value instanceof File)) {
    throw new AppError('VALIDATION_ERROR', { errors: [{ field, message: 'must be a file' }] });
  }
  return { filename: value.name, contentType: value.type || undefined, bytes: await value.bytes() };
}

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
        ? issue.keys.map((key) => ({ field: [...issue.path, key].join('.'), message: 'is not a known field' }))
        : [{ field: issue.path.join('.'), message: issue.message }],
    ),
  });
}
