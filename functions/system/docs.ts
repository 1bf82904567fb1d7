import { buildDocsPage } from '#console/docs/docs-page.ts';
import { docsRoute } from '#shared/api/system.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(docsRoute, async ({ container }) => {
  const { html, policy } = buildDocsPage(container.addresses.publicUrl);
  return {
    status: 200,
    text: { contentType: 'text/html; charset=utf-8', content: html },
    headers: { 'Content-Security-Policy': policy },
  };
});
