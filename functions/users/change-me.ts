import { changeMeRoute } from '#shared/api/accounts.ts';
import { changeOwnAccount } from '#shared/auth/own-account.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(changeMeRoute, async ({ container, session, body, from, headers }) => ({
  status: 200,
  body: await changeOwnAccount(container, session, body, {
    ...from,
    agent: headers['user-agent'],
  }),
}));
