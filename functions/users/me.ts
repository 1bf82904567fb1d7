import { meRoute } from '#shared/api/accounts.ts';
import { viewUser } from '#shared/auth/sessions.ts';
import { asUser } from '#shared/db/as-user.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(meRoute, async ({ container, userId }) => {
  const user = await asUser(container.db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('INVALID_TOKEN');
  return { status: 200, body: viewUser(user) };
});
