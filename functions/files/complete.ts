import { completeFileRoute } from '#shared/api/uploads.ts';
import { completeUpload } from '#shared/files/complete-upload.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(completeFileRoute, async ({ container, userId, params, body }) => ({
  status: 202,
  body: { file: await completeUpload(container, userId, params.id, body.parts) },
}));
