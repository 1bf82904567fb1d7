import { fileContentRoute } from '#shared/api/files.ts';
import { contentAddress } from '#shared/files/content-address.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(fileContentRoute, async ({ container, userId, params, headers }) => {
  const { config, db } = container;
  const location = await contentAddress(
    { db, jwtSecret: config.JWT_SECRET, streamUrl: config.STREAM_URL },
    userId,
    params.id,
  );
  // A page cannot read where a redirect leads, and must not follow it to another origin with its token.
  if (headers.accept === 'application/json') return { status: 200, body: { url: location } };
  return { status: 307, headers: { Location: location } };
});
