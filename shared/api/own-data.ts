import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const exportSchema = z
  .object({
    status: z.enum(['NONE', 'PENDING', 'READY', 'FAILED']).describe('`NONE` if no archive was requested.'),
    url: z
      .url()
      .nullable()
      .describe('Address to download the ZIP archive from, valid for one minute; null until it is READY.'),
    size: z.int().nullable().describe('Size of the archive in bytes.'),
    expiresAt: z.iso.datetime().nullable().describe('When the archive is deleted.'),
    unreadable: z
      .int()
      .describe(
        'Number of files whose content could not be read completely; `unreadable.jsonl` in the archive lists them.',
      ),
    error: z
      .object({
        code: z.enum(['EXPORT_FAILED']).describe('An error code.'),
        message: z.string().describe('What went wrong and what to do.'),
      })
      .nullable()
      .describe('Why the archive is FAILED.'),
  })
  .meta({ id: 'Export', description: 'The archive of everything stored about you.', examples: [EXAMPLES.export] });
export type ExportView = z.infer<typeof exportSchema>;

export const eraseMeRoute = defineRoute({
  method: 'DELETE',
  path: '/users/me',
  summary: 'Delete your account and everything stored for it; sign-in is blocked immediately',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  body: z
    .strictObject({
      password: z.string().min(1).max(1_000).describe('Password of the account, to confirm.'),
    })
    .meta({
      id: 'AccountErasure',
      description: 'Confirms the deletion of the account.',
      examples: [EXAMPLES.accountErasure],
    }),
  responses: { 202: { description: 'The deletion has started' } },
  errors: ['INVALID_TOKEN', 'VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS', 'CONFLICT'],
});

export const requestExportRoute = defineRoute({
  method: 'POST',
  path: '/users/me/export',
  summary: 'Request an archive of everything stored about you',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: { 202: { description: 'The archive is being built', schema: exportSchema } },
  errors: ['INVALID_TOKEN'],
});

export const showExportRoute = defineRoute({
  method: 'GET',
  path: '/users/me/export',
  summary: 'The status of the archive and the address to download it from',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: { 200: { description: 'The most recently requested archive', schema: exportSchema } },
  errors: ['INVALID_TOKEN'],
});

export const OWN_DATA_ROUTES: readonly RouteSpec[] = [eraseMeRoute, requestExportRoute, showExportRoute];
