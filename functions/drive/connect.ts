import { connectDriveRoute } from '#shared/api/drive.ts';
import { connectDrive, nonceCookie, STATE_SECONDS } from '#shared/drive/connect-drive.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { driveDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandler(connectDriveRoute, async ({ container, userId }) => {
  const { authorizationUrl, nonce } = await connectDrive(driveDeps(container), userId);
  return {
    status: 200,
    body: { authorizationUrl },
    headers: { 'Set-Cookie': nonceCookie(nonce, container.config.PUBLIC_URL, STATE_SECONDS) },
  };
});
