import { z } from 'zod';
import { headerText, plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { fileAnswer, fileSchema, idParams } from './files.ts';
import { defineRoute, type RouteSpec } from './route.ts';

/** Above this size an upload goes up in parts. */
export const MULTIPART_THRESHOLD_BYTES = 8 * 1024 ** 2;
/** A Lambda request ends at 6 MB, of which base64 takes a third. */
export const FORM_FILE_LIMIT_BYTES = 4 * 1024 ** 2;

export const uploadSchema = z
  .union([
    z.object({
      method: z.literal('PUT').describe('HTTP method to upload with.'),
      url: z.string().describe('Address to upload to, without an access token.'),
      headers: z.record(z.string(), z.string()).describe('Headers to send with the upload, unchanged.'),
      expiresAt: z.iso.datetime().describe('When the address expires.'),
    }),
    z.object({
      partSize: z.int().describe('Size of each part in bytes; the last one has the rest.'),
      parts: z
        .array(
          z.object({
            number: z.int().describe('Part number, from 1, in the order of the content.'),
            url: z.string().describe('Address to PUT this part to, without an access token.'),
          }),
        )
        .describe('The parts; send the ETag of each response to `POST /files/{id}/complete`.'),
      expiresAt: z.iso.datetime().describe('When the addresses expire.'),
    }),
  ])
  .meta({
    id: 'Upload',
    description: 'How to upload the content: in one request, or in parts above 8 MiB.',
    examples: [EXAMPLES.upload],
  });
export type UploadView = z.infer<typeof uploadSchema>;

export const createFileBody = z
  .strictObject({
    filename: z.string().min(1).max(1_024).describe('File name with its extension, which determines its type.'),
    size: z.int().min(0).describe('Size in bytes.'),
    contentType: headerText(255).optional().describe('Media type; by default derived from the file name.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal')
      .toLowerCase()
      .optional()
      .describe('SHA-256 of the content in hexadecimal; content you already have does not need to be uploaded.'),
    source: z.enum(['api', 'watch']).default('api').describe('`watch` for a program that watches a folder.'),
    // An entry of a btree index holds 2,704 bytes; S3 keys have at most as many bytes as this.
    externalId: plainText(1_024)
      .min(1)
      .refine((value) => Buffer.byteLength(value) <= 1_024, 'must be at most 1,024 bytes long')
      .optional()
      .describe("Your own id for the file: new content with the same id becomes the file's next version."),
  })
  .meta({ id: 'NewFile', description: 'A file to upload.', examples: [EXAMPLES.newFile] });
export type CreateFileBody = z.output<typeof createFileBody>;

export const createFileRoute = defineRoute({
  method: 'POST',
  path: '/files',
  summary: 'Create a file and get the address to upload it to, or upload a small one as a form',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  rate: 'uploads',
  body: createFileBody,
  formFile: 'file',
  headers: { 'Idempotency-Key': 'Repeating a request with the same key returns the same file' },
  responses: {
    200: { description: 'You already have a file with this content (same `sha256`)', schema: fileAnswer },
    201: {
      description: 'The file and where to upload its content',
      schema: z.object({ file: fileSchema, upload: uploadSchema }).meta({
        id: 'NewFileAnswer',
        description: 'The new file and where to upload its content.',
        examples: [EXAMPLES.newFileAnswer],
      }),
    },
    202: { description: 'The file was uploaded and is being processed', schema: fileAnswer },
  },
  errors: [
    'VALIDATION_ERROR',
    'INVALID_FILENAME',
    'EMPTY_FILE',
    'FILE_TOO_LARGE',
    'QUOTA_EXCEEDED',
    'UNSUPPORTED_TYPE',
    'TYPE_MISMATCH',
    'IDEMPOTENCY_MISMATCH',
  ],
});

export const completeFileRoute = defineRoute({
  method: 'POST',
  path: '/files/{id}/complete',
  summary: 'Complete an upload in parts',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  body: z
    .strictObject({
      parts: z
        .array(
          z.strictObject({
            number: z.int().min(1).max(10_000).describe('Part number.'),
            etag: headerText(200).min(1).describe('The `ETag` header of the response to its PUT.'),
          }),
        )
        .min(1)
        .max(10_000)
        .describe('Every uploaded part.'),
    })
    .meta({ id: 'CompletedParts', description: 'The parts of an upload.', examples: [EXAMPLES.completedParts] }),
  responses: { 202: { description: 'The file is being processed', schema: fileAnswer } },
  errors: ['VALIDATION_ERROR', 'NOT_FOUND', 'CONFLICT'],
});

export const storageWebhookRoute = defineRoute({
  method: 'POST',
  path: '/hooks/storage',
  summary: 'Receive bucket notifications from S3-compatible storage, as S3 event records',
  tag: 'files',
  auth: 'webhook',
  body: z
    .looseObject({
      Records: z.array(z.looseObject({})).max(1_000).optional().describe('S3 event records.'),
    })
    .meta({ id: 'StorageEvent', description: 'A bucket notification.', examples: [EXAMPLES.storageEvent] }),
  responses: { 202: { description: 'The events are queued' } },
  errors: ['INVALID_TOKEN', 'NOT_FOUND'],
});

export const UPLOAD_ROUTES: readonly RouteSpec[] = [createFileRoute, completeFileRoute, storageWebhookRoute];
