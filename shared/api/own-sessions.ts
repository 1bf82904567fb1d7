import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

const OWN = { tag: 'accounts', auth: 'bearer', permission: 'own:account' } as const;

export const ownSessionSchema = z
  .object({
    id: z.uuid().describe('Id of the session.'),
    current: z.boolean().describe('Whether this is the session of the current request.'),
    createdAt: z.iso.datetime().describe('When the session started.'),
    lastUsedAt: z.iso
      .datetime()
      .describe('When it started or its tokens were last refreshed; at most 15 minutes before its last request.'),
    expiresAt: z.iso
      .datetime()
      .describe('When it expires if it is not used; at most SESSION_MAX_DAYS after it started.'),
    address: z.string().nullable().describe('The network address it was last used from; null if it was not recorded.'),
    agent: z.string().nullable().describe('The User-Agent of the program that signed in; null if it sent none.'),
  })
  .meta({ id: 'OwnSession', description: 'One of your sessions.', examples: [EXAMPLES.ownSession] });
export type OwnSessionView = z.infer<typeof ownSessionSchema>;

export const listSessionsRoute = defineRoute({
  ...OWN,
  method: 'GET',
  path: '/users/me/sessions',
  summary: 'Where you are signed in',
  responses: {
    200: {
      description: 'Your active sessions, the current one first',
      schema: z
        .object({ items: z.array(ownSessionSchema).describe('The current session first, then by last use.') })
        .meta({
          id: 'OwnSessionList',
          description: 'Your active sessions.',
          examples: [EXAMPLES.ownSessionList],
        }),
    },
  },
  errors: ['INVALID_TOKEN'],
});

export const endSessionRoute = defineRoute({
  ...OWN,
  method: 'DELETE',
  path: '/users/me/sessions/{id}',
  summary: 'End one session; its tokens are rejected from the next request on',
  params: z.object({
    id: z.uuid().describe('Id of the session.'),
  }),
  responses: { 204: { description: 'The session has ended' } },
  errors: ['INVALID_TOKEN', 'NOT_FOUND'],
});

export const endOtherSessionsRoute = defineRoute({
  ...OWN,
  method: 'DELETE',
  path: '/users/me/sessions',
  summary: 'End all sessions except the current one',
  responses: { 204: { description: 'The other sessions have ended' } },
  errors: ['INVALID_TOKEN'],
});

export const OWN_SESSION_ROUTES: readonly RouteSpec[] = [listSessionsRoute, endOtherSessionsRoute, endSessionRoute];
