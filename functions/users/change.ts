import { changeAccountRoute } from '#shared/api/administration.ts';
import { changeAccount } from '#shared/auth/manage-accounts.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(changeAccountRoute, async ({ container, userId, params, body, from }) => ({
  status: 200,
  body: await changeAccount(container, { id: userId, from }, params.id, body),
}));
