import { loginRoute } from '#shared/api/accounts.ts';
import { login } from '#shared/auth/sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { sessionDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandler(loginRoute, async ({ container, body }) => ({
  status: 200,
  body: await login(sessionDeps(container), body),
}));
