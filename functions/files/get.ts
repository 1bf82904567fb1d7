import { getFileRoute } from '#shared/api/files.ts';
import { showFile } from '#shared/files/show-file.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(getFileRoute, async ({ container, userId, params }) => ({
  status: 200,
  body: await showFile(container, userId, params.id),
}));
