import { registerRoute } from '#shared/api/accounts.ts';
import { register } from '#shared/auth/sign-in.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { signInDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandler(registerRoute, async ({ container, body, from }) => ({
  status: 201,
  body: await register(signInDeps(container), body, from),
}));
