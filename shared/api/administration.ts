import { z } from 'zod';
import { AUDIT_ACTIONS } from '#shared/auth/audit.ts';
import { ROLES } from '#shared/auth/permissions.ts';
import { userSchema } from './accounts.ts';
import { defineRoute } from './route.ts';
import { plainText } from './text.ts';

export const accountSchema = userSchema.extend({ disabled: z.boolean() }).meta({ id: 'Account' });
export type AccountView = z.infer<typeof accountSchema>;

const page = { cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) };

export const listAccountsRoute = defineRoute({
  method: 'GET',
  path: '/users',
  summary: 'All accounts, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'accounts:manage',
  query: z.strictObject({ q: plainText(254).optional(), ...page }),
  responses: {
    200: {
      description: 'One page of accounts',
      schema: z
        .object({ items: z.array(accountSchema), nextCursor: z.string().nullable() })
        .meta({ id: 'AccountList' }),
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
  params: z.strictObject({ id: z.uuid() }),
  body: z
    .strictObject({ role: z.enum(ROLES).optional(), disabled: z.boolean().optional() })
    .refine((change) => Object.keys(change).length > 0, 'must hold a role or disabled')
    .meta({ id: 'AccountChange' }),
  responses: { 200: { description: 'The account', schema: accountSchema } },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
});

export const auditEventSchema = z
  .object({
    id: z.int(),
    at: z.iso.datetime(),
    action: z.enum(AUDIT_ACTIONS),
    /** The account it is about; null for a login that no account has. */
    userId: z.uuid().nullable(),
    /** Who did it; null when nobody was signed in, and for the command line. */
    actorId: z.uuid().nullable(),
    /** The file, where it is about one. */
    targetId: z.uuid().nullable(),
    address: z.string().nullable(),
    requestId: z.string().nullable(),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'AuditEvent' });
export type AuditEventView = z.infer<typeof auditEventSchema>;

export const listAuditRoute = defineRoute({
  method: 'GET',
  path: '/audit',
  summary: 'Who did what, when and from where, newest first',
  tag: 'accounts',
  auth: 'bearer',
  permission: 'audit:read',
  query: z.strictObject({ userId: z.uuid().optional(), action: z.enum(AUDIT_ACTIONS).optional(), ...page }),
  responses: {
    200: {
      description: 'One page of events',
      schema: z
        .object({ items: z.array(auditEventSchema), nextCursor: z.string().nullable() })
        .meta({ id: 'AuditList' }),
    },
  },
  errors: ['VALIDATION_ERROR', 'FORBIDDEN'],
});
