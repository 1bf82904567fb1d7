import { meRoute } from '#shared/api/accounts.ts';
import { showAccount } from '#shared/auth/own-account.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(meRoute, async ({ container, userId }) => ({
  status: 200,
  body: await showAccount(container, userId),
}));
