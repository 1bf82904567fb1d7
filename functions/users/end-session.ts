import { endSessionRoute } from '#shared/api/own-sessions.ts';
import { endOwnSession } from '#shared/auth/own-sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(endSessionRoute, async ({ container, session, params, from }) => {
  await endOwnSession(container, session, params.id, from);
  return { status: 204 };
});
