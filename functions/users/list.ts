import { listAccountsRoute } from '#shared/api/administration.ts';
import { listAccounts } from '#shared/auth/manage-accounts.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(listAccountsRoute, async ({ container, query }) => ({
  status: 200,
  body: await listAccounts(container, query),
}));
