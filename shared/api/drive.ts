import { z } from 'zod';
import { plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const driveSchema = z
  .object({
    status: z
      .enum(['NOT_CONNECTED', 'CONNECTED', 'REAUTH_REQUIRED'])
      .describe('`REAUTH_REQUIRED`: Google no longer grants access; connect again.'),
    account: z.string().nullable().describe('Email address of the Google account.'),
    folders: z
      .array(
        z.object({
          id: z.string().describe("Google's id of the folder."),
          name: z.string().nullable().describe('Name of the folder; null if it no longer exists.'),
        }),
      )
      .describe('The folders you chose; an empty list means everything.'),
    syncing: z
      .boolean()
      .describe(
        'Whether a sync is running or has work left, or files of a disconnected Google Drive are still being deleted.',
      ),
    lastSyncAt: z.iso.datetime().nullable().describe('When the files were last in sync with Google Drive.'),
    lastError: z
      .object({
        code: z.string().describe('An error code.'),
        message: z.string().describe('What went wrong and what to do.'),
      })
      .nullable()
      .describe('Error of the last sync; null if it succeeded.'),
    counts: z
      .object({
        files: z.int().describe('Files from Google Drive, including those that could not be read.'),
        waiting: z.int().describe('Items in Google Drive that still have to be checked.'),
      })
      .describe('Progress of the sync.'),
  })
  .meta({ id: 'Drive', description: 'The Google Drive connection.', examples: [EXAMPLES.drive] });
export type DriveView = z.infer<typeof driveSchema>;

export const driveFoldersSchema = z
  .object({
    items: z
      .array(
        z.object({
          id: z.string().describe("Google's id of the folder."),
          path: z.array(z.string()).describe('Folder names from the root to the folder itself.'),
        }),
      )
      .describe('The folders, by path.'),
    total: z.int().describe('Total number of folders; a long list is shortened.'),
  })
  .meta({ id: 'DriveFolders', description: 'Folders to choose from.', examples: [EXAMPLES.driveFolders] });
export type DriveFoldersView = z.infer<typeof driveFoldersSchema>;

const answer = { 200: { description: 'The Google Drive connection', schema: driveSchema } };

export const connectDriveRoute = defineRoute({
  method: 'POST',
  path: '/drive/connect',
  summary: 'Start connecting Google Drive: open `authorizationUrl` in the same browser',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: {
    200: {
      description: 'The address at which to allow access',
      schema: z.object({ authorizationUrl: z.string().describe('Address to open in the same browser.') }).meta({
        id: 'DriveConsent',
        description: 'Where to allow access to Google Drive.',
        examples: [EXAMPLES.driveConsent],
      }),
      headers: { 'Set-Cookie': 'A nonce for `/drive/callback`: the connection can only be completed in this browser.' },
    },
  },
  errors: ['DRIVE_NOT_CONFIGURED'],
});

export const driveCallbackRoute = defineRoute({
  method: 'GET',
  path: '/drive/callback',
  summary: 'The address Google sends the browser back to; returns a page, or JSON on request',
  tag: 'drive',
  auth: 'none',
  query: z.object({
    state: z.string().max(500).optional().describe('Binds the connection to the account that started it.'),
    code: z.string().max(2_000).optional().describe("Google's authorization code."),
    error: z.string().max(200).optional().describe("Google's error, if access was not allowed."),
  }),
  responses: {
    200: {
      description: 'Google Drive is connected',
      schema: z.object({ account: z.string().describe('Email address of the Google account.') }).meta({
        id: 'ConnectedDrive',
        description: 'The connected Google account.',
        examples: [EXAMPLES.connectedDrive],
      }),
      contentType: 'text/html',
    },
  },
  errorPage: true,
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
  summary: 'The Google Drive connection and the progress of its sync',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: answer,
  errors: [],
});

export const changeDriveRoute = defineRoute({
  method: 'PATCH',
  path: '/drive',
  summary: 'Choose the folders to sync',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  body: z
    .strictObject({
      folderIds: z
        .array(plainText(200).min(1))
        .max(100)
        .optional()
        .describe('The folders to sync, with everything in them; an empty list means the whole Google Drive.'),
    })
    .meta({ id: 'DriveChange', description: 'The folders to sync.', examples: [EXAMPLES.driveChange] }),
  responses: answer,
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONFIGURED', 'DRIVE_NOT_CONNECTED', 'REAUTH_REQUIRED', 'DRIVE_UNAVAILABLE'],
});

export const driveFoldersRoute = defineRoute({
  method: 'GET',
  path: '/drive/folders',
  summary: 'The folders in the connected Google Drive',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  query: z.strictObject({ q: plainText(200).default('').describe('Part of the path, case-insensitive.') }),
  responses: {
    200: { description: 'Folders whose path contains the text, ordered by path', schema: driveFoldersSchema },
  },
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONNECTED'],
});

export const disconnectDriveRoute = defineRoute({
  method: 'DELETE',
  path: '/drive',
  summary: 'Disconnect Google Drive: revoke access at Google and delete the token; keep or delete the files',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  query: z.strictObject({
    files: z
      .enum(['keep', 'delete'])
      .default('keep')
      .describe('Whether to keep or delete the files from Google Drive.'),
  }),
  responses: { 204: { description: 'Google Drive is disconnected' } },
  errors: ['VALIDATION_ERROR', 'DRIVE_NOT_CONFIGURED', 'DRIVE_UNAVAILABLE'],
});

export const syncDriveRoute = defineRoute({
  method: 'POST',
  path: '/drive/sync',
  summary: 'Sync Google Drive now',
  tag: 'drive',
  auth: 'bearer',
  permission: 'own:files',
  responses: { 202: { description: 'The sync starts shortly' } },
  errors: ['DRIVE_NOT_CONFIGURED', 'DRIVE_NOT_CONNECTED', 'REAUTH_REQUIRED'],
});

export const DRIVE_ROUTES: readonly RouteSpec[] = [
  connectDriveRoute,
  driveCallbackRoute,
  driveFoldersRoute,
  driveStatusRoute,
  changeDriveRoute,
  disconnectDriveRoute,
  syncDriveRoute,
];
