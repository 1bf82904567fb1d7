import { eraseMeRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { eraseOwnAccount } from '#shared/users/erase/erase-own-account.ts';

export const handler = httpHandler(eraseMeRoute, async ({ container, session, body, from }) => {
  await eraseOwnAccount(container, session, body.password, from);
  return { status: 202 };
});
