import { html } from '#shared/text/escape-html.ts';

/** What the person sees when Google sent them back. */
export function callbackPage(heading: string, sentence: string): string {
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${heading} · OmniRAG</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 1.0625rem/1.55 system-ui, sans-serif; max-width: 34rem; margin: 18vh auto 0; padding: 0 1.25rem; }
</style></head>
<body><h1>${heading}</h1><p>${sentence}</p><p><a href="/">Back to your files</a></p></body></html>
`;
  return page.markup;
}

/** Nothing but the page's own style. */
export const CALLBACK_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
