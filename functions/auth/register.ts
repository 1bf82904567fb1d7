import { registerRoute } from '#shared/api/accounts.ts';
import { register } from '#shared/auth/register.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(registerRoute, async ({ container, body, from, headers }) => ({
  status: 201,
  body: await register(container, body, { ...from, agent: headers['user-agent'] }),
}));
