import { connectDriveRoute } from '#shared/api/drive.ts';
import { connectDrive, nonceCookie } from '#shared/drive/connect-drive.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(connectDriveRoute, async ({ container, userId }) => {
  const { authorizationUrl, nonce } = await connectDrive(container, userId);
  return {
    status: 200,
    body: { authorizationUrl },
    headers: { 'Set-Cookie': nonceCookie(container, nonce) },
  };
});
