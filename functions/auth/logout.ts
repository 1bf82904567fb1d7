import { logoutRoute } from '#shared/api/accounts.ts';
import { logout } from '#shared/auth/sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(logoutRoute, async ({ container, body, from }) => {
  await logout(container, body.refreshToken, from);
  return { status: 204 };
});
