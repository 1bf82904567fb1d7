import { driveFoldersRoute } from '#shared/api/drive.ts';
import { listDriveFolders } from '#shared/drive/drive-folders.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(driveFoldersRoute, async ({ container, userId, query }) => {
  return { status: 200, body: await listDriveFolders(container, userId, query.q) };
});
