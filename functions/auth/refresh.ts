import { refreshRoute } from '#shared/api/accounts.ts';
import { refresh } from '#shared/auth/sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(refreshRoute, async ({ container, body, from }) => ({
  status: 200,
  body: await refresh(container, body.refreshToken, from),
}));
