import { driveCallbackRoute } from '#shared/api/drive.ts';
import { answerCallback } from '#shared/drive/answer-callback.ts';
import { readNonce } from '#shared/drive/connect-drive.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(driveCallbackRoute, ({ container, query, headers, cookies }) =>
  answerCallback(container, { ...query, nonce: readNonce(cookies) }, headers.accept),
);
