import type { APIGatewayProxyEventV2 } from 'aws-lambda';
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
    throw new AppError('REQUEST_TOO_LARGE', { detail: `The body may have at most ${MAX_JSON_BYTES} bytes.` });
  }
  // Then every field is missing, and the answer names them.
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('MALFORMED_JSON', { cause });
  }
}
