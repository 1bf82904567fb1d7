import { registerRoute } from '#shared/api/accounts.ts';
import { register } from '#shared/auth/sessions.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { sessionDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandler(registerRoute, async ({ container, body }) => ({
  status: 201,
  body: await register(sessionDeps(container), body),
}));
