import { listFilesRoute } from '#shared/api/files.ts';
import { listFiles } from '#shared/files/list-files.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(listFilesRoute, async ({ container, userId, query }) => ({
  status: 200,
  body: await listFiles(container, userId, query),
}));
