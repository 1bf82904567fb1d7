import { listSessionsRoute } from '#shared/api/own-sessions.ts';
import { listOwnSessions } from '#shared/auth/own-sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(listSessionsRoute, async ({ container, session }) => ({
  status: 200,
  body: { items: await listOwnSessions(container, session) },
}));
