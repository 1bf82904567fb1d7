import { changeDriveRoute, disconnectDriveRoute, driveStatusRoute } from '#shared/api/drive.ts';
import { changeDrive } from '#shared/drive/change-drive.ts';
import { disconnectDrive } from '#shared/drive/disconnect-drive.ts';
import { driveStatus } from '#shared/drive/drive-status.ts';
import { httpHandler, httpHandlers } from '#shared/runtime/http.ts';

export const handler = httpHandlers({
  GET: httpHandler(driveStatusRoute, async ({ container, userId }) => ({
    status: 200,
    body: await driveStatus(container, userId),
  })),
  PATCH: httpHandler(changeDriveRoute, async ({ container, userId, body }) => ({
    status: 200,
    body: await changeDrive(container, userId, body),
  })),
  DELETE: httpHandler(disconnectDriveRoute, async ({ container, userId, query }) => {
    await disconnectDrive(container, userId, query.files);
    return { status: 204 };
  }),
});
