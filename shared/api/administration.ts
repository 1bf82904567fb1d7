import { z } from 'zod';
import { AUDIT_ACTIONS } from '#shared/domain/audit-events.ts';
import { ROLES } from '#shared/domain/permissions.ts';
import { plainText } from '#shared/domain/storable-text.ts';
import { userSchema } from './accounts.ts';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

export const accountSchema = userSchema
  .extend({ disabled: z.boolean().describe('Whether it may not sign in, and its sessions are refused.') })
  .meta({ id: 'Account', description: 'An account as administrators see it.', examples: [EXAMPLES.account] });
export type AccountView = z.infer<typeof accountSchema>;

const page = {
  cursor: z.string().max(500).optional().describe('`nextCursor` of the page before.'),
  limit: z.coerce.number().int().min(1).max(200).default(50).describe('How many on a page.'),
};
const nextCursor = z.string().nullable().describe('Gets the next page; null on the last one.');

export const listAccountsRoute = defineRoute({
  method: 'GET',
  path: '/users',
  summary: 'All accounts, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'accounts:manage',
  query: z.strictObject({
    q: plainText(254).optional().describe('Part of the e-mail address or the user name.'),
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
  summary: 'Give an account another role, disable it or let it in again; it counts from the next request on',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'accounts:manage',
  params: z.strictObject({ id: z.uuid().describe('Of the account.') }),
  body: z
    .strictObject({
      role: z.enum(ROLES).optional().describe('The new role.'),
      disabled: z.boolean().optional().describe('Whether it may not sign in any more.'),
    })
    .refine((change) => Object.keys(change).length > 0, 'must hold a role or disabled')
    .meta({ id: 'AccountChange', description: 'At least one of the two.', examples: [EXAMPLES.accountChange] }),
  responses: { 200: { description: 'The account', schema: accountSchema } },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
});

export const auditEventSchema = z
  .object({
    id: z.int().describe('Grows with time.'),
    at: z.iso.datetime().describe('When it happened.'),
    action: z.enum(AUDIT_ACTIONS).describe('What was done.'),
    userId: z.uuid().nullable().describe('The account it is about; null for a login that no account has.'),
    actorId: z.uuid().nullable().describe('Who did it; null when nobody was signed in, and for the command line.'),
    targetId: z.uuid().nullable().describe('The file, where it is about one.'),
    address: z.string().nullable().describe('Where the request came from.'),
    requestId: z.string().nullable().describe('Of the request, as in its answer and in the logs.'),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('What else belongs to it, such as the new role.'),
  })
  .meta({ id: 'AuditEvent', description: 'One line of the log of who did what.', examples: [EXAMPLES.auditEvent] });
export type AuditEventView = z.infer<typeof auditEventSchema>;

export const listAuditRoute = defineRoute({
  method: 'GET',
  path: '/audit',
  summary: 'Who did what, when and from where, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'audit:read',
  query: z.strictObject({
    userId: z.uuid().optional().describe('Only what is about this account.'),
    action: z.enum(AUDIT_ACTIONS).optional().describe('Only this action.'),
    ...page,
  }),
  responses: {
    200: {
      description: 'One page of events',
      schema: z
        .object({ items: z.array(auditEventSchema).describe('The events.'), nextCursor })
        .meta({ id: 'AuditList', description: 'One page of the log.', examples: [EXAMPLES.auditList] }),
    },
  },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN'],
});

export const ADMINISTRATION_ROUTES: readonly RouteSpec[] = [listAccountsRoute, changeAccountRoute, listAuditRoute];
