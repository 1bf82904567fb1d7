import { reprocessFileRoute } from '#shared/api/files.ts';
import { reprocessFile } from '#shared/files/reprocess-file.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(reprocessFileRoute, async ({ container, userId, params }) => ({
  status: 202,
  body: { file: await reprocessFile(container, userId, params.id) },
}));
