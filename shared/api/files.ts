import { z } from 'zod';
import { FILE_SOURCES, FILE_STATUSES } from '#shared/domain/file-status.ts';
import { locationSchema } from '#shared/domain/location.ts';
import { MAX_INTEGER, plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const fileSchema = z
  .object({
    id: z.uuid().describe('Id of the file; it never changes.'),
    filename: z.string().describe('File name with its extension.'),
    contentType: z.string().describe('Media type: the declared one until the content has been checked.'),
    size: z.int().describe('Size in bytes.'),
    sha256: z.string().nullable().describe('SHA-256 of the content in hexadecimal; null until it is known.'),
    source: z.enum(FILE_SOURCES).describe('How the file was added.'),
    status: z.enum(FILE_STATUSES).describe('Processing status; `READY` and `FAILED` are final.'),
    waiting: z.boolean().describe('True while the file waits in line for its next processing step.'),
    error: z
      .object({
        code: z.string().describe('An error code.'),
        message: z.string().describe('What went wrong and what to do.'),
      })
      .nullable()
      .describe('Why the file is `FAILED`; otherwise null.'),
    progress: z
      .object({
        pagesDone: z.int().describe('Pages read so far.'),
        pages: z.int().nullable().describe('Total number of pages; null until it is known.'),
        chunksSynced: z.int().describe('Passages in the search index.'),
        chunks: z.int().describe('Passages created so far.'),
      })
      .describe('Progress of reading and indexing.'),
    warnings: z.array(z.string()).describe('What could not be read or is harder to find, in sentences.'),
    language: z.string().nullable().describe('ISO 639-1 code; null if the language could not be detected.'),
    generation: z
      .int()
      .describe('Number of the current version; increases with new content and with each reprocessing.'),
    duplicateOf: z.uuid().optional().describe('The original file with the same content; this file shows its status.'),
    parentId: z.uuid().optional().describe('The archive or email the file came from.'),
    pathInParent: z.string().optional().describe('Path of the file in that archive or email.'),
    createdAt: z.iso.datetime().describe('When the file was added.'),
    readyAt: z.iso.datetime().nullable().describe('When the file first became searchable; null until then.'),
  })
  .meta({ id: 'File', description: 'A file and its processing status.', examples: [EXAMPLES.file] });
export type FileView = z.infer<typeof fileSchema>;

export const idParams = z.strictObject({ id: z.uuid().describe('Id of the file.') });

/** Cursors are opaque to clients. */
const cursor = z.string().max(500).optional().describe('`nextCursor` of the previous response.');
const nextCursor = z.string().nullable().describe('Cursor for the next page; null on the last page.');
export const fileAnswer = z
  .object({ file: fileSchema })
  .meta({ id: 'FileAnswer', description: 'The file.', examples: [EXAMPLES.fileAnswer] });

export const listFilesQuery = z.strictObject({
  status: z.enum(FILE_STATUSES).optional().describe('Only files with this status.'),
  source: z.enum(FILE_SOURCES).optional().describe('Only files added this way.'),
  type: plainText(255).optional().describe('Only files of this media type.'),
  q: plainText(255).optional().describe('Words or parts of the file name, in any order, case-insensitive.'),
  parent: z.uuid().optional().describe('Only files from this archive or email.'),
  cursor,
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Number of items per page.'),
});

export const listFilesRoute = defineRoute({
  method: 'GET',
  path: '/files',
  summary: 'Your files, newest first',
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
  summary: 'One file with its status, progress and error',
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
  summary: 'The content of a file, as a redirect to a short-lived address that streams it and supports Range',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  headers: { Accept: 'With `application/json`, the address is returned in the body instead of as a redirect' },
  responses: {
    200: {
      description: 'The address',
      schema: z
        .object({ url: z.string().describe('Returns the content for one minute, without an access token.') })
        .meta({
          id: 'ContentAddress',
          description: 'Where to download the content.',
          examples: [EXAMPLES.contentAddress],
        }),
    },
    307: {
      description: 'The Location header holds the address, which expires after one minute',
      headers: { Location: 'Returns the content for one minute, without an access token.' },
    },
  },
  errors: ['NOT_FOUND', 'CONFLICT'],
});

export const fileTextRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}/text',
  summary: 'The text of a file, page by page',
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
      description: 'Pages, at most 4 MB per response',
      schema: z
        .object({
          pages: z
            .array(
              z.object({
                number: z.int().describe('Page number, from 1.'),
                text: z.string().describe('The text of the page.'),
                location: locationSchema,
                preview: z
                  .string()
                  .optional()
                  .describe('Address of a small copy of the page, if the page is a picture.'),
              }),
            )
            .describe('The pages, slides, sheets or sections of a recording.'),
          nextCursor,
        })
        .meta({ id: 'FileText', description: 'The text of a file.', examples: [EXAMPLES.fileText] }),
    },
  },
  errors: ['NOT_FOUND', 'VALIDATION_ERROR'],
});

export const filePreviewRoute = defineRoute({
  method: 'GET',
  path: '/files/{id}/preview',
  summary: 'A small copy of a page that is a picture, at most 512 by 512 pixels',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  query: z.strictObject({
    page: z.coerce.number().int().min(1).max(MAX_INTEGER).default(1).describe('Page number, from 1.'),
  }),
  responses: { 200: { description: 'The picture, as WebP or PNG', contentType: ['image/webp', 'image/png'] } },
  errors: ['NOT_FOUND', 'VALIDATION_ERROR'],
});

export const reprocessFileRoute = defineRoute({
  method: 'POST',
  path: '/files/{id}/reprocess',
  summary: 'Reprocess a file: read and index its stored content again; it stays searchable meanwhile',
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
  summary: 'Delete a file; it disappears from search immediately and from all storage soon after',
  tag: 'files',
  auth: 'bearer',
  permission: 'own:files',
  params: idParams,
  responses: { 204: { description: 'Deleted' } },
  errors: ['NOT_FOUND'],
});

export const FILE_ROUTES: readonly RouteSpec[] = [
  listFilesRoute,
  getFileRoute,
  fileContentRoute,
  fileTextRoute,
  filePreviewRoute,
  reprocessFileRoute,
  deleteFileRoute,
];
