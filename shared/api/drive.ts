import { z } from 'zod';
import { defineRoute } from './route.ts';
import { plainText } from './text.ts';

export const driveSchema = z
  .object({
    status: z.enum(['NOT_CONNECTED', 'CONNECTED', 'REAUTH_REQUIRED']),
    /** E-mail address of the Google account. */
    account: z.string().nullable(),
    /** Chosen by the person; none means everything. */
    folders: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
    /** Whether it is being looked at, or changes that were seen are still being brought over. */
    syncing: z.boolean(),
    /** When the files last agreed with the Drive. */
    lastSyncAt: z.iso.datetime().nullable(),
    lastError: z.object({ code: z.string(), message: z.string() }).nullable(),
    counts: z.object({
      /** Files that came from the Drive, those that could not be read included. */
      files: z.int(),
      /** Entries of the Drive that are still to be looked at. */
      waiting: z.int(),
    }),
  })
  .meta({ id: 'Drive' });
export type DriveView = z.infer<typeof driveSchema>;

export const driveFoldersSchema = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        /** Names from the top down to the folder itself. */
        path: z.array(z.string()),
      }),
    ),
    /** How many there are; a long list is cut. */
    total: z.int(),
  })
  .meta({ id: 'DriveFolders' });
export type DriveFoldersView = z.infer<typeof driveFoldersSchema>;

const answer = { 200: { description: 'The connected Drive, or that there is none', schema: driveSchema } };

export const connectDriveRoute = defineRoute({
  method: 'POST',
  path: '/drive/connect',
  summary: 'Begin to connect a Google Drive: open `authorizationUrl` in the same browser',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: {
    200: { description: 'Where the person gives the consent', schema: z.object({ authorizationUrl: z.string() }) },
  },
  errors: ['DRIVE_NOT_CONFIGURED'],
});

export const driveCallbackRoute = defineRoute({
  method: 'GET',
  path: '/drive/callback',
  summary: 'Where Google sends the browser back to; a page, or JSON when asked for',
  tag: 'drive',
  auth: 'none',
  query: z.object({
    state: z.string().max(500).optional(),
    code: z.string().max(2_000).optional(),
    error: z.string().max(200).optional(),
  }),
  responses: { 200: { description: 'The Drive is connected', schema: z.object({ account: z.string() }) } },
  errors: [
    'OAUTH_STATE_INVALID',
    'OAUTH_DENIED',
    'OAUTH_EXCHANGE_FAILED',
    'OAUTH_SCOPE_MISSING',
    'DRIVE_NOT_CONFIGURED',
    'DRIVE_UNAVAILABLE',
  ],
});

export const driveStatusRoute = defineRoute({
  method: 'GET',
  path: '/drive',
  summary: 'The connected Drive and how far its files are here',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: answer,
  errors: [],
});

export const changeDriveRoute = defineRoute({
  method: 'PATCH',
  path: '/drive',
  summary: 'Choose the folders that are kept in sync',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  body: z.strictObject({ folderIds: z.array(plainText(200).min(1)).max(100).optional() }).meta({ id: 'DriveChange' }),
  responses: answer,
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONFIGURED', 'DRIVE_NOT_CONNECTED', 'REAUTH_REQUIRED', 'DRIVE_UNAVAILABLE'],
});

export const driveFoldersRoute = defineRoute({
  method: 'GET',
  path: '/drive/folders',
  summary: 'The folders of the connected Drive, to choose from',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  query: z.strictObject({ q: plainText(200).default('') }),
  responses: { 200: { description: 'Folders whose path holds the text, by path', schema: driveFoldersSchema } },
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONNECTED'],
});

export const disconnectDriveRoute = defineRoute({
  method: 'DELETE',
  path: '/drive',
  summary: 'End the consent at Google and erase it here; keep the files, or delete them',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  query: z.strictObject({ files: z.enum(['keep', 'delete']).default('keep') }),
  responses: { 204: { description: 'Nothing is connected any more' } },
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONFIGURED', 'DRIVE_UNAVAILABLE'],
});

export const syncDriveRoute = defineRoute({
  method: 'POST',
  path: '/drive/sync',
  summary: 'Look at the Drive now',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: { 202: { description: 'It is looked at shortly' } },
  errors: ['DRIVE_NOT_CONFIGURED', 'DRIVE_NOT_CONNECTED', 'REAUTH_REQUIRED'],
});
