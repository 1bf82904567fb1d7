import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { AppError } from '#shared/errors/app-error.ts';

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
        detail: 'The multipart/form-data body cannot be read.',
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
