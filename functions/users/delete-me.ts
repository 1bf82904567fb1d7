import { eraseMeRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { signInDeps } from '#shared/runtime/use-case-deps.ts';
import { eraseOwnAccount } from '#shared/users/erase/erase-own-account.ts';

export const handler = httpHandler(eraseMeRoute, async ({ container, session, body, from }) => {
  await eraseOwnAccount({ ...signInDeps(container), queue: container.queue }, session, body.password, from);
  return { status: 202 };
});
