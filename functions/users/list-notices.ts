import { listNoticesRoute } from '#shared/api/own-notices.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { listOwnNotices } from '#shared/users/notices/list-own-notices.ts';

export const handler = httpHandler(listNoticesRoute, async ({ container, userId }) => ({
  status: 200,
  body: { items: await listOwnNotices(container, userId) },
}));
