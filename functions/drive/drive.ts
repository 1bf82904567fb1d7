import { changeDriveRoute, disconnectDriveRoute, driveStatusRoute } from '#shared/api/drive.ts';
import { disconnectDrive } from '#shared/drive/disconnect-drive.ts';
import { chooseDriveFolders } from '#shared/drive/drive-folders.ts';
import { driveStatus } from '#shared/drive/drive-status.ts';
import { httpHandler, httpHandlers } from '#shared/runtime/http.ts';
import { driveDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandlers({
  GET: httpHandler(driveStatusRoute, async ({ container, userId }) => {
    return { status: 200, body: await driveStatus(container, userId) };
  }),
  PATCH: httpHandler(changeDriveRoute, async ({ container, userId, body }) => {
    if (body.folderIds) await chooseDriveFolders(driveDeps(container), userId, body.folderIds);
    return { status: 200, body: await driveStatus(container, userId) };
  }),
  DELETE: httpHandler(disconnectDriveRoute, async ({ container, userId, query }) => {
    await disconnectDrive(driveDeps(container), userId, query.files);
    return { status: 204 };
  }),
});
