import { logoutRoute } from '#shared/api/accounts.ts';
import { logout } from '#shared/auth/sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(logoutRoute, async ({ container, body }) => {
  await logout(container, body.refreshToken);
  return { status: 204 };
});
