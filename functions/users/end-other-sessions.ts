import { endOtherSessionsRoute } from '#shared/api/own-sessions.ts';
import { endOwnOtherSessions } from '#shared/auth/own-sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(endOtherSessionsRoute, async ({ container, session, from }) => {
  await endOwnOtherSessions(container, session, from);
  return { status: 204 };
});
