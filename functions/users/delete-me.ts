import { eraseMeRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { requestErasure } from '#shared/users/erase/request-erasure.ts';

export const handler = httpHandler(eraseMeRoute, async ({ container, userId, from }) => {
  await requestErasure(container, userId, from);
  return { status: 202 };
});
