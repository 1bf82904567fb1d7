import { driveCallbackRoute } from '#shared/api/drive.ts';
import { CALLBACK_POLICY, callbackPage, finishConnecting, readNonce } from '#shared/drive/connect-drive.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import type { HttpAnswer } from '#shared/runtime/http-result.ts';
import { driveDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = httpHandler(driveCallbackRoute, async ({ container, query, headers, cookies }) => {
  const wantsPage = (headers.accept ?? '').includes('text/html');
  const { state, code, error } = query;
  try {
    const { account } = await finishConnecting(driveDeps(container), { state, code, error, nonce: readNonce(cookies) });
    if (!wantsPage) return { status: 200, body: { account } };
    return page(200, 'Your Drive is connected', `The files of ${account} are on their way into your search.`);
  } catch (cause) {
    if (!wantsPage || !(cause instanceof AppError)) throw cause;
    return page(cause.status, 'Your Drive is not connected', `${cause.message} (${cause.code})`);
  }
});

function page(status: number, heading: string, sentence: string): HttpAnswer {
  return {
    status,
    text: { contentType: 'text/html; charset=utf-8', content: callbackPage(heading, sentence) },
    headers: { 'Content-Security-Policy': CALLBACK_POLICY },
  };
}
