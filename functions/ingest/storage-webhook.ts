import { storageWebhookRoute } from '#shared/api/uploads.ts';
import { httpHandler } from '#shared/runtime/http.ts';

/** MinIO speaks to an address, S3 to a queue: from here on both are the same. */
export const handler = httpHandler(storageWebhookRoute, async ({ container, body }) => {
  await container.queue.send('intake', { Records: body.Records ?? [] });
  return { status: 202 };
});
