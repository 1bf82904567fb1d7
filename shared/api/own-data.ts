import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const exportSchema = z
  .object({
    status: z.enum(['NONE', 'PENDING', 'READY', 'FAILED']).describe('`NONE` when no archive was asked for.'),
    url: z.url().nullable().describe('Gives the archive, a zip, for a minute; null until it is READY.'),
    size: z.int().nullable().describe('Of the archive, in bytes.'),
    expiresAt: z.iso.datetime().nullable().describe('When the archive is deleted.'),
    unreadable: z
      .int()
      .describe(
        'Files whose bytes could not be read, wholly or in part; the archive names each in `unreadable.jsonl`.',
      ),
    error: z
      .object({
        code: z.enum(['EXPORT_FAILED']).describe('A code of the table of errors.'),
        message: z.string().describe('The same as a sentence.'),
      })
      .nullable()
      .describe('Why it is FAILED.'),
  })
  .meta({ id: 'Export', description: 'The archive of everything stored about a person.', examples: [EXAMPLES.export] });
export type ExportView = z.infer<typeof exportSchema>;

export const eraseMeRoute = defineRoute({
  method: 'DELETE',
  path: '/users/me',
  summary: 'Erase the account and everything stored for it, for its password; nobody can sign in to it from now on',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  body: z
    .strictObject({
      password: z.string().min(1).max(1_000).describe('Of the account: a token alone must not end everything.'),
    })
    .meta({ id: 'AccountErasure', description: 'Says that it is meant.', examples: [EXAMPLES.accountErasure] }),
  responses: { 202: { description: 'The erasure has begun' } },
  errors: ['INVALID_TOKEN', 'VALIDATION_ERROR', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS', 'CONFLICT'],
});

export const requestExportRoute = defineRoute({
  method: 'POST',
  path: '/users/me/export',
  summary: 'Ask for everything that is stored about the signed-in person, as one archive',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: { 202: { description: 'The archive is being built', schema: exportSchema } },
  errors: ['INVALID_TOKEN'],
});

export const showExportRoute = defineRoute({
  method: 'GET',
  path: '/users/me/export',
  summary: 'How the archive is getting on, and the address that gives it',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'own:account',
  responses: { 200: { description: 'The archive that was asked for last', schema: exportSchema } },
  errors: ['INVALID_TOKEN'],
});

export const OWN_DATA_ROUTES: readonly RouteSpec[] = [eraseMeRoute, requestExportRoute, showExportRoute];
