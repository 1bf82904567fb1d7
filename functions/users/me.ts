import { meRoute } from '#shared/api/accounts.ts';
import { viewUser } from '#shared/auth/sessions.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(meRoute, async ({ container, userId }) => {
  const user = await asPerson(container.db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('INVALID_TOKEN');
  return { status: 200, body: viewUser(user) };
});
