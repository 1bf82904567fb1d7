import { fileTextRoute } from '#shared/api/files.ts';
import { readText } from '#shared/files/read-text.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(fileTextRoute, async ({ container, userId, params, query }) => ({
  status: 200,
  body: await readText(container, userId, params.id, query),
}));
