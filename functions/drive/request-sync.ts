import { syncDriveRoute } from '#shared/api/drive.ts';
import { requestSync } from '#shared/drive/request-sync.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(syncDriveRoute, async ({ container, userId }) => {
  await requestSync(container, userId);
  return { status: 202, body: {} };
});
