import { z } from 'zod';
import { FILE_SOURCES, FILE_STATUSES } from '#shared/domain/file-status.ts';
import { locationSchema } from '#shared/domain/location.ts';
import { headerText, MAX_INTEGER, plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

/** Above this size an upload goes up in parts. */
export const MULTIPART_THRESHOLD_BYTES = 8 * 1024 ** 2;
/** A Lambda request ends at 6 MB, of which base64 takes a third. */
export const FORM_FILE_LIMIT_BYTES = 4 * 1024 ** 2;

export const fileSchema = z
  .object({
    id: z.uuid().describe('Of the file; stays the same when it is read again.'),
    filename: z.string().describe('With its ending.'),
    contentType: z.string().describe('Media type, as announced until the bytes were looked at.'),
    size: z.int().describe('In bytes.'),
    sha256: z.string().nullable().describe('Of the bytes, in hexadecimal; null until it is known.'),
    source: z.enum(FILE_SOURCES).describe('Where it came from.'),
    status: z.enum(FILE_STATUSES).describe('How far it is; `READY` and `FAILED` are ends.'),
    waiting: z.boolean().describe('Nobody is at work on it now: the next step is for its turn to come.'),
    error: z
      .object({
        code: z.string().describe('One of the error codes.'),
        message: z.string().describe('Why, and what can be done.'),
      })
      .nullable()
      .describe('Of a file that is `FAILED`; else null.'),
    progress: z
      .object({
        pagesDone: z.int().describe('Pages whose text was read.'),
        pages: z.int().nullable().describe('Of the document; null until it is known.'),
        chunksSynced: z.int().describe('Passages that the search index has.'),
        chunks: z.int().describe('Passages that were made so far.'),
      })
      .describe('How far reading and indexing are.'),
    warnings: z.array(z.string()).describe('What could not be read or is found less well, in sentences.'),
    language: z.string().nullable().describe('ISO 639-1; null where it could not be told.'),
    generation: z.int().describe('Grows when the file is read again.'),
    duplicateOf: z
      .uuid()
      .optional()
      .describe('The file with the same bytes that came first, whose status this one has.'),
    parentId: z.uuid().optional().describe('The archive or mail it came out of.'),
    pathInParent: z.string().optional().describe('Where it lies in there.'),
    createdAt: z.iso.datetime().describe('When it was announced or found.'),
    readyAt: z.iso.datetime().nullable().describe('When it could be searched first; null until then.'),
  })
  .meta({ id: 'File', description: 'A stored file and how far it is.', examples: [EXAMPLES.file] });
export type FileView = z.infer<typeof fileSchema>;

export const uploadSchema = z
  .union([
    z.object({
      method: z.literal('PUT').describe('How to send the bytes.'),
      url: z.string().describe('Where to send them, without a token.'),
      headers: z.record(z.string(), z.string()).describe('To send with them, as they are.'),
      expiresAt: z.iso.datetime().describe('Until when the address works.'),
    }),
    z.object({
      partSize: z.int().describe('Bytes of each part; the last one has the rest.'),
      parts: z
        .array(
          z.object({
            number: z.int().describe('From 1, in the order of the bytes.'),
            url: z.string().describe('Where to PUT this part, without a token.'),
          }),
        )
        .describe('Each part; `POST /files/{id}/complete` takes the ETag of each answer.'),
      expiresAt: z.iso.datetime().describe('Until when the addresses work.'),
    }),
  ])
  .meta({
    id: 'Upload',
    description: 'Where the bytes go: at once, above 8 MiB in parts.',
    examples: [EXAMPLES.upload],
  });
export type UploadView = z.infer<typeof uploadSchema>;

export const createFileBody = z
  .strictObject({
    filename: z.string().min(1).max(1_024).describe('With its ending, by which its kind is told.'),
    size: z.int().min(0).describe('In bytes.'),
    contentType: headerText(255).optional().describe('Media type; told by the name when not given.'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'must be a SHA-256 in hexadecimal')
      .toLowerCase()
      .optional()
      .describe('Of the bytes, in hexadecimal: what the person has already need not be sent.'),
    source: z.enum(['api', 'watch']).default('api').describe('`watch` for what follows a folder.'),
    // An entry of a btree index holds 2,704 bytes; S3 keys have at most as many bytes as this.
    externalId: plainText(1_024)
      .min(1)
      .refine((value) => Buffer.byteLength(value) <= 1_024, 'must be at most 1,024 bytes long')
      .optional()
      .describe("The sender's own name for it: new bytes under the same one are the file's next generation."),
  })
  .meta({ id: 'NewFile', description: 'A file that is about to be sent.', examples: [EXAMPLES.newFile] });
export type CreateFileBody = z.output<typeof createFileBody>;

const idParams = z.strictObject({ id: z.uuid().describe('Of the file.') });

/** Cursors are opaque to clients. */
const cursor = z.string().max(500).optional().describe('`nextCursor` of the answer before.');
const nextCursor = z.string().nullable().describe('Gets what follows; null when nothing does.');
const fileAnswer = z
  .object({ file: fileSchema })
  .meta({ id: 'FileAnswer', description: 'The file it is about.', examples: [EXAMPLES.fileAnswer] });

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
      schema: z.object({ file: fileSchema, upload: uploadSchema }).meta({
        id: 'NewFileAnswer',
        description: 'The announced file, and where its bytes go.',
        examples: [EXAMPLES.newFileAnswer],
      }),
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
        .array(
          z.strictObject({
            number: z.int().min(1).max(10_000).describe('Of the part.'),
            etag: headerText(200).min(1).describe('The header `ETag` of the answer to its PUT.'),
          }),
        )
        .min(1)
        .max(10_000)
        .describe('Every part that was sent.'),
    })
    .meta({ id: 'CompletedParts', description: 'What an upload consists of.', examples: [EXAMPLES.completedParts] }),
  responses: { 202: { description: 'The file is being processed', schema: fileAnswer } },
  errors: ['VALIDATION_ERROR', 'NOT_FOUND', 'CONFLICT'],
});

export const listFilesQuery = z.strictObject({
  status: z.enum(FILE_STATUSES).optional().describe('Only those that are so far.'),
  source: z.enum(FILE_SOURCES).optional().describe('Only those that came this way.'),
  type: plainText(255).optional().describe('Only this media type.'),
  q: plainText(255).optional().describe('Part of the name, in any case of letters.'),
  parent: z.uuid().optional().describe('Only what came out of this archive or mail.'),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many on a page.'),
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
      schema: z
        .object({ items: z.array(fileSchema).describe('The files.'), nextCursor })
        .meta({ id: 'FileList', description: 'One page of files.', examples: [EXAMPLES.fileList] }),
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
    200: {
      description: 'The address',
      schema: z
        .object({ url: z.string().describe('Gives the bytes for a minute, without a token.') })
        .meta({ id: 'ContentAddress', description: 'Where the bytes are.', examples: [EXAMPLES.contentAddress] }),
    },
    307: {
      description: 'Location holds the address; it works for one minute',
      headers: { Location: 'Gives the bytes for a minute, without a token.' },
    },
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
  query: z.strictObject({
    page: z.coerce.number().int().min(1).max(MAX_INTEGER).optional().describe('Only this page, from 1.'),
    cursor,
  }),
  responses: {
    200: {
      description: 'Pages, at most 4 MB an answer',
      schema: z
        .object({
          pages: z
            .array(
              z.object({
                number: z.int().describe('From 1, in the order of the document.'),
                text: z.string().describe('What was read from it.'),
                location: locationSchema,
                preview: z
                  .string()
                  .optional()
                  .describe('Where a small copy of the page can be had, of pages that are pictures.'),
              }),
            )
            .describe('The pages, or slides, sheets, spans of a recording.'),
          nextCursor,
        })
        .meta({ id: 'FileText', description: 'What was read from a file.', examples: [EXAMPLES.fileText] }),
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
  query: z.strictObject({
    page: z.coerce.number().int().min(1).max(MAX_INTEGER).default(1).describe('Which page, from 1.'),
  }),
  responses: { 200: { description: 'The picture, as WebP or PNG', contentType: ['image/webp', 'image/png'] } },
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
  body: z
    .looseObject({
      Records: z.array(z.looseObject({})).max(1_000).optional().describe('As S3 writes them.'),
    })
    .meta({ id: 'StorageEvent', description: 'A notification of a bucket.', examples: [EXAMPLES.storageEvent] }),
  responses: { 202: { description: 'The events are queued' } },
  errors: ['INVALID_TOKEN', 'NOT_FOUND'],
});

export const FILE_ROUTES: readonly RouteSpec[] = [
  createFileRoute,
  listFilesRoute,
  getFileRoute,
  completeFileRoute,
  fileContentRoute,
  fileTextRoute,
  filePreviewRoute,
  reprocessFileRoute,
  deleteFileRoute,
  storageWebhookRoute,
];
