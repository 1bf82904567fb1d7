import { filePreviewRoute } from '#shared/api/files.ts';
import { readPreview } from '#shared/files/read-preview.ts';
import { httpHandler } from '#shared/runtime/http.ts';

/** A new generation of the same page may show something else; until somebody reprocesses, it does not change. */
const KEPT = 'private, max-age=300';

export const handler = httpHandler(filePreviewRoute, async ({ container, userId, params, query }) => ({
  status: 200,
  binary: await readPreview(container, userId, params.id, query.page),
  headers: { 'Cache-Control': KEPT, 'Content-Security-Policy': "default-src 'none'; sandbox" },
}));
