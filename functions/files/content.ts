import { fileContentRoute } from '#shared/api/files.ts';
import { contentAddress } from '#shared/files/content-address.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(fileContentRoute, async ({ container, session, params, headers, from }) => {
  const location = await contentAddress(container, session, params.id, from);
  // A page cannot read where a redirect leads, and must not follow it to another origin with its token.
  if (headers.accept === 'application/json') return { status: 200, body: { url: location } };
  return { status: 307, headers: { Location: location } };
});
