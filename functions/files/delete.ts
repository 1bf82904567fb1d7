import { deleteFileRoute } from '#shared/api/files.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(deleteFileRoute, async ({ container, userId, params, from }) => {
  await deleteFile(container, userId, params.id, from);
  return { status: 204 };
});
