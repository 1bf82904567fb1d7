import { z } from 'zod';
import { AUDIT_ACTIONS } from '#shared/domain/audit-events.ts';
import { ROLES } from '#shared/domain/permissions.ts';
import { plainText } from '#shared/domain/storable-text.ts';
import { userSchema } from './accounts.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const accountSchema = userSchema
  .extend({
    disabled: z.boolean().describe('Whether the account is disabled: it cannot sign in and its sessions are rejected.'),
  })
  .meta({ id: 'Account', description: 'An account, as shown to administrators.', examples: [EXAMPLES.account] });
export type AccountView = z.infer<typeof accountSchema>;

const page = {
  cursor: z.string().max(500).optional().describe('`nextCursor` of the previous response.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('Number of items per page.'),
};
const nextCursor = z.string().nullable().describe('Cursor for the next page; null on the last page.');

export const listAccountsRoute = defineRoute({
  method: 'GET',
  path: '/users',
  summary: 'All accounts, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'accounts:manage',
  query: z.strictObject({
    q: plainText(254).optional().describe('Part of the email address or username.'),
    ...page,
  }),
  responses: {
    200: {
      description: 'One page of accounts',
      schema: z
        .object({ items: z.array(accountSchema).describe('The accounts.'), nextCursor })
        .meta({ id: 'AccountList', description: 'One page of accounts.', examples: [EXAMPLES.accountList] }),
    },
  },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN'],
});

export const changeAccountRoute = defineRoute({
  method: 'PATCH',
  path: '/users/{id}',
  summary: 'Change the role of an account, disable it or enable it again; takes effect with its next request',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'accounts:manage',
  params: z.strictObject({ id: z.uuid().describe('Id of the account.') }),
  body: z
    .strictObject({
      role: z.enum(ROLES).optional().describe('The new role.'),
      disabled: z.boolean().optional().describe('Whether to disable the account.'),
    })
    .refine((change) => Object.keys(change).length > 0, 'must contain role or disabled')
    .meta({
      id: 'AccountChange',
      description: 'A new role, a new disabled state or both.',
      examples: [EXAMPLES.accountChange],
    }),
  responses: { 200: { description: 'The account', schema: accountSchema } },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
});

export const auditEventSchema = z
  .object({
    id: z.int().describe('Id of the event; increases with time.'),
    at: z.iso.datetime().describe('When it happened.'),
    action: z.enum(AUDIT_ACTIONS).describe('The action.'),
    userId: z.uuid().nullable().describe('The account concerned; null for a login that matches no account.'),
    actorId: z.uuid().nullable().describe('The account that did it; null if not signed in or from the command line.'),
    targetId: z.uuid().nullable().describe('The file concerned, if any.'),
    address: z.string().nullable().describe('Network address of the request.'),
    requestId: z.string().nullable().describe('Id of the request, as in its response and in the logs.'),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('Further details, such as the new role.'),
  })
  .meta({ id: 'AuditEvent', description: 'One event in the audit log.', examples: [EXAMPLES.auditEvent] });
export type AuditEventView = z.infer<typeof auditEventSchema>;

export const listAuditRoute = defineRoute({
  method: 'GET',
  path: '/audit',
  summary: 'The audit log: who did what, when and from where, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'audit:read',
  query: z.strictObject({
    userId: z.uuid().optional().describe('Only events of this account.'),
    action: z.enum(AUDIT_ACTIONS).optional().describe('Only events with this action.'),
    ...page,
  }),
  responses: {
    200: {
      description: 'One page of events',
      schema: z
        .object({ items: z.array(auditEventSchema).describe('The events.'), nextCursor })
        .meta({ id: 'AuditList', description: 'One page of the audit log.', examples: [EXAMPLES.auditList] }),
    },
  },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN'],
});

export const ADMINISTRATION_ROUTES: readonly RouteSpec[] = [listAccountsRoute, changeAccountRoute, listAuditRoute];
