import { z } from 'zod';
import { FILE_SOURCES, FILE_STATUSES } from '#shared/db/schema.ts';
import { locationSchema } from './location.ts';
import { defineRoute } from './route.ts';
import { headerText, MAX_INTEGER, plainText } from './text.ts';

/** Above this size an upload goes up in parts. */
export const MULTIPART_THRESHOLD_BYTES = 8 * 1024 ** 2;
/** A Lambda request ends at 6 MB, of which base64 takes a third. */
export const FORM_FILE_LIMIT_BYTES = 4 * 1024 ** 2;

export const fileSchema = z
  .object({
    id: z.uuid(),
    filename: z.string(),
    contentType: z.string(),
    size: z.int(),
    sha256: z.string().nullable(),
    source: z.enum(FILE_SOURCES),
    status: z.enum(FILE_STATUSES),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    progress: z.object({
      pagesDone: z.int(),
      pages: z.int().nullable(),
      chunksSynced: z.int(),
      chunks: z.int(),
    }),
    warnings: z.array(z.string()),
    language: z.string().nullable(),
    generation: z.int(),
    duplicateOf: z.uuid().optional(),
    /** The archive or mail it came out of, and where it lies there. */
    parentId: z.uuid().optional(),
    pathInParent: z.string().optional(),
    createdAt: z.iso.datetime(),
    readyAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'File' });
export type FileView = z.infer<typeof fileSchema>;

export const uploadSchema = z
  .union([
    z.object({
      method: z.literal('PUT'),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      expiresAt: z.iso.datetime(),
    }),
    z.object({
      partSize: z.int(),
      parts: z.array(z.object({ number: z.int(), url: z.string() })),
      expiresAt: z.iso.datetime(),
    }),
  ])
  .meta({ id: 'Upload' });
export type UploadView = z.infer<typeof uploadSchema>;

export const createFileBody = z
  .strictObject({
    filename: z.string().min(1).max(1_024),
    size: z.int().min(0),
    contentType: headerText(255).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal')
      .transform((value) => value.toLowerCase())
      .optional(),
    source: z.enum(['api', 'watch']).default('api'),
    // An entry of a btree index holds 2,704 bytes; S3 keys have at most as many bytes as this.
    externalId: plainText(1_024)
      .min(1)
      .refine((value) => Buffer.byteLength(value) <= 1_024, 'must be at most 1,024 bytes long')
      .optional(),
  })
  .meta({ id: 'NewFile' });
export type CreateFileBody = z.output<typeof createFileBody>;

const idParams = z.strictObject({ id: z.uuid() });

/** Cursors are opaque to clients. */
const cursor = z.string().max(500).optional();
const fileAnswer = z.object({ file: fileSchema }).meta({ id: 'FileAnswer' });

export const createFileRoute = defineRoute({
  method: 'POST',
  path: '/files',
  summary: 'Announce a file and get the address to upload it to, or send a small one as a form',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  rate: 'uploads',
  body: createFileBody,
  formFile: 'file',
  headers: { 'Idempotency-Key': 'Repeating a request with the same key answers the same file' },
  responses: {
    200: { description: 'The person has these bytes already (known from `sha256`)', schema: fileAnswer },
    201: {
      description: 'The file and where to send its bytes',
      schema: z.object({ file: fileSchema, upload: uploadSchema }).meta({ id: 'NewFileAnswer' }),
    },
    202: { description: 'The form arrived; the file is being processed', schema: fileAnswer },
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
  summary: 'Finish an upload in parts',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  body: z
    .strictObject({
      parts: z
        .array(z.strictObject({ number: z.int().min(1).max(10_000), etag: headerText(200).min(1) }))
        .min(1)
        .max(10_000),
    })
    .meta({ id: 'CompletedParts' }),
  responses: { 202: { description: 'The file is being processed', schema: fileAnswer } },
  errors: ['VALIDATION_ERROR', 'NOT_FOUND', 'CONFLICT'],
});

export const listFilesQuery = z.strictObject({
  status: z.enum(FILE_STATUSES).optional(),
  source: z.enum(FILE_SOURCES).optional(),
  type: plainText(255).optional(),
  q: plainText(255).optional(),
  parent: z.uuid().optional(),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const listFilesRoute = defineRoute({
  method: 'GET',
  path: '/files',
  summary: "The person's files, newest first",
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  query: listFilesQuery,
  responses: {
    200: {
      description: 'One page of files',
      schema: z.object({ items: z.array(fileSchema), nextCursor: z.string().nullable() }).meta({ id: 'FileList' }),
    },
  },
  errors: ['VALIDATION_ERROR'],
});

export const getFileRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}',
  summary: 'One file: its state, progress or error',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  responses: { 200: { description: 'The file', schema: fileSchema } },
  errors: ['NOT_FOUND'],
});

export const fileContentRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}/content',
  summary: 'The bytes of a file, by a redirect to a short-lived address that streams them; Range is honoured there',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  headers: { Accept: 'With `application/json` the address is answered in the body instead of by a redirect' },
  responses: {
    200: { description: 'The address', schema: z.object({ url: z.string() }).meta({ id: 'ContentAddress' }) },
    307: { description: 'Location holds the address; it works for one minute' },
  },
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const fileTextRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}/text',
  summary: 'The text that was read from a file, page by page',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  query: z.strictObject({ page: z.coerce.number().int().min(1).max(MAX_INTEGER).optional(), cursor }),
  responses: {
    200: {
      description: 'Pages, at most 4 MB an answer',
      schema: z
        .object({
          pages: z.array(
            z.object({
              number: z.int(),
              text: z.string(),
              location: locationSchema,
              /** Where a small copy of the page can be had, of pages that are pictures. */
              preview: z.string().optional(),
            }),
          ),
          nextCursor: z.string().nullable(),
        })
        .meta({ id: 'FileText' }),
    },
  },
  errors: ['NOT_FOUND', 'VALIDATION_ERROR'],
});

export const filePreviewRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}/preview',
  summary: 'A small copy of a page that is a picture, at most 512 pixels wide and high',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  query: z.strictObject({ page: z.coerce.number().int().min(1).max(MAX_INTEGER).default(1) }),
  responses: { 200: { description: 'The picture, as WebP or PNG', contentType: 'image/webp' } },
  errors: ['NOT_FOUND', 'VALIDATION_ERROR'],
});

export const reprocessFileRoute = defineRoute({
  method: 'POST',
  path: '/files/{id}/reprocess',
  summary: 'Read, chunk and index the stored bytes again; the present state stays searchable meanwhile',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  rate: 'uploads',
  params: idParams,
  responses: { 202: { description: 'The file is being processed', schema: fileAnswer } },
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const deleteFileRoute = defineRoute({
  method: 'DELETE',
  path: '/files/{id}',
  summary: 'Delete a file; it is gone from search at once, from every store soon after',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  responses: { 204: { description: 'Deleted' } },
  errors: ['NOT_FOUND'],
});

export const storageWebhookRoute = defineRoute({
  method: 'POST',
  path: '/hooks/storage',
  summary: 'Bucket notifications of an S3-compatible store, as S3 event records',
  tag: 'files',
  auth: 'webhook',
  body: z.looseObject({ Records: z.array(z.looseObject({})).max(1_000).optional() }).meta({ id: 'StorageEvent' }),
  responses: { 202: { description: 'The events are queued' } },
  errors: ['INVALID_TOKEN', 'NOT_FOUND'],
});
