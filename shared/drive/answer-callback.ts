import { AppError } from '#shared/errors/app-error.ts';
import { html } from '#shared/text/escape-html.ts';
import { type Callback, finishConnecting } from './connect-drive.ts';
import type { DriveConnectionDeps } from './drive-provider.ts';

/** Nothing but the page's own style. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

type CallbackAnswer = { status: number; body: { account: string } } | CallbackPage;

interface CallbackPage {
  status: number;
  text: { contentType: string; content: string };
  headers: Record<string, string>;
}

/**
 * What the browser that comes back from Google is shown: a page that says how it went, whatever happened, or for who asks
 * for none the account.
 * @throws as finishConnecting, for who asks for no page
 */
export async function answerCallback(
  deps: DriveConnectionDeps,
  callback: Callback,
  accept: string | undefined,
): Promise<CallbackAnswer> {
  const wantsPage = accept?.includes('text/html') ?? false;
  try {
    const { account } = await finishConnecting(deps, callback);
    if (!wantsPage) return { status: 200, body: { account } };
    return page(200, 'Your Google Drive is connected', `The files of ${account} will appear in your search soon.`);
  } catch (cause) {
    if (!wantsPage || !(cause instanceof AppError)) throw cause;
    return page(cause.status, 'Your Google Drive is not connected', `${cause.message} (${cause.code})`);
  }
}

function page(status: number, heading: string, sentence: string): CallbackPage {
  const { markup } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${heading} · OmniRAG</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.25rem; }
</style></head>
<body><h1>${heading}</h1><p>${sentence}</p><p><a href="/">Back to your files</a></p></body></html>
`;
  return {
    status,
    text: { contentType: 'text/html; charset=utf-8', content: markup },
    headers: { 'Content-Security-Policy': POLICY },
  };
}
