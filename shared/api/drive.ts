import { z } from 'zod';
import { plainText } from '#shared/domain/storable-text.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const driveSchema = z
  .object({
    status: z
      .enum(['NOT_CONNECTED', 'CONNECTED', 'REAUTH_REQUIRED'])
      .describe('`REAUTH_REQUIRED`: Google takes the consent no more; connect it again.'),
    account: z.string().nullable().describe('E-mail address of the Google account.'),
    folders: z
      .array(
        z.object({
          id: z.string().describe("Google's id of the folder."),
          name: z.string().nullable().describe('Null when it is there no more.'),
        }),
      )
      .describe('Chosen by the person; none means everything.'),
    syncing: z
      .boolean()
      .describe('Whether it is being looked at, or changes that were seen are still being brought over.'),
    lastSyncAt: z.iso.datetime().nullable().describe('When the files last agreed with the Drive.'),
    lastError: z
      .object({
        code: z.string().describe('One of the error codes.'),
        message: z.string().describe('What went wrong, in a sentence.'),
      })
      .nullable()
      .describe('Of the last look at the Drive; null when it went well.'),
    counts: z
      .object({
        files: z.int().describe('Files that came from the Drive, those that could not be read included.'),
        waiting: z.int().describe('Entries of the Drive that are still to be looked at.'),
      })
      .describe('How far its files are here.'),
  })
  .meta({ id: 'Drive', description: 'The connected Google Drive, or that there is none.', examples: [EXAMPLES.drive] });
export type DriveView = z.infer<typeof driveSchema>;

export const driveFoldersSchema = z
  .object({
    items: z
      .array(
        z.object({
          id: z.string().describe("Google's id of the folder."),
          path: z.array(z.string()).describe('Names from the top down to the folder itself.'),
        }),
      )
      .describe('The folders, by path.'),
    total: z.int().describe('How many there are; a long list is cut.'),
  })
  .meta({ id: 'DriveFolders', description: 'Folders to choose from.', examples: [EXAMPLES.driveFolders] });
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
    200: {
      description: 'Where the person gives the consent',
      schema: z
        .object({ authorizationUrl: z.string().describe('To open in the browser that asked.') })
        .meta({ id: 'DriveConsent', description: 'Where the consent is given.', examples: [EXAMPLES.driveConsent] }),
      headers: { 'Set-Cookie': 'A nonce for `/drive/callback`: the consent counts in this browser alone.' },
    },
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
    state: z.string().max(500).optional().describe('Binds the consent to who asked for it.'),
    code: z.string().max(2_000).optional().describe("Google's, to be exchanged for a token."),
    error: z.string().max(200).optional().describe("Google's, when the consent was not given."),
  }),
  responses: {
    200: {
      description: 'The Drive is connected',
      schema: z
        .object({ account: z.string().describe('E-mail address of the Google account.') })
        .meta({ id: 'ConnectedDrive', description: 'What was connected.', examples: [EXAMPLES.connectedDrive] }),
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
  body: z
    .strictObject({
      folderIds: z
        .array(plainText(200).min(1))
        .max(100)
        .optional()
        .describe('What is kept in sync, with everything below; none means the whole Drive.'),
    })
    .meta({ id: 'DriveChange', description: 'Which folders are kept in sync.', examples: [EXAMPLES.driveChange] }),
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
  query: z.strictObject({ q: plainText(200).default('').describe('Part of the path, in any case of letters.') }),
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
  query: z.strictObject({
    files: z.enum(['keep', 'delete']).default('keep').describe('What becomes of the files that came from the Drive.'),
  }),
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

export const DRIVE_ROUTES: readonly RouteSpec[] = [
  connectDriveRoute,
  driveCallbackRoute,
  driveFoldersRoute,
  driveStatusRoute,
  changeDriveRoute,
  disconnectDriveRoute,
  syncDriveRoute,
];
