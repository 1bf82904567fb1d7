import { z } from 'zod';
import { EXAMPLES } from './examples.ts';
import { defineRoute, type RouteSpec } from './route.ts';

const OWN = { tag: 'accounts', auth: 'bearer', permission: 'own:account' } as const;

export const ownSessionSchema = z
  .object({
    id: z.uuid().describe('Names the session, to end it.'),
    current: z.boolean().describe('Whether this request was made in it.'),
    createdAt: z.iso.datetime().describe('When somebody signed in.'),
    lastUsedAt: z.iso
      .datetime()
      .describe('When it was begun or its tokens were renewed last: no more than 15 minutes before its last request.'),
    expiresAt: z.iso
      .datetime()
      .describe('When it ends unless it is used before; never later than SESSION_MAX_DAYS after it was begun.'),
    address: z
      .string()
      .nullable()
      .describe('The network address it was used from last; null for sessions from before this was kept.'),
    agent: z.string().nullable().describe('What the program that signed in calls itself; null when it said nothing.'),
  })
  .meta({ id: 'OwnSession', description: 'One sign-in of a person.', examples: [EXAMPLES.ownSession] });
export type OwnSessionView = z.infer<typeof ownSessionSchema>;

export const listSessionsRoute = defineRoute({
  ...OWN,
  method: 'GET',
  path: '/users/me/sessions',
  summary: 'Where the signed-in person is signed in',
  responses: {
    200: {
      description: 'Every session that is not over, the one in use first',
      schema: z
        .object({ items: z.array(ownSessionSchema).describe('The one in use first, then by when each was used last.') })
        .meta({
          id: 'OwnSessionList',
          description: 'Where a person is signed in.',
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
  summary: 'End one session; its tokens are refused from the next request on',
  params: z.object({
    id: z.uuid().describe('Of the session.'),
  }),
  responses: { 204: { description: 'The session has ended' } },
  errors: ['INVALID_TOKEN', 'NOT_FOUND'],
});

export const endOtherSessionsRoute = defineRoute({
  ...OWN,
  method: 'DELETE',
  path: '/users/me/sessions',
  summary: 'End every session but the one in use',
  responses: { 204: { description: 'The other sessions have ended' } },
  errors: ['INVALID_TOKEN'],
});

export const OWN_SESSION_ROUTES: readonly RouteSpec[] = [listSessionsRoute, endOtherSessionsRoute, endSessionRoute];
