import { loginRoute } from '#shared/api/accounts.ts';
import { login } from '#shared/auth/sign-in.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(loginRoute, async ({ container, body, from, headers }) => ({
  status: 200,
  body: await login(container, body, { ...from, agent: headers['user-agent'] }),
}));
