import { createFileRoute } from '#shared/api/uploads.ts';
import { startUpload } from '#shared/files/start-upload.ts';
import { storeFormFile } from '#shared/files/store-form-file.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(createFileRoute, async ({ container, userId, body, formFile, headers }) => {
  if (formFile) return { status: 202, body: { file: await storeFormFile(container, userId, formFile) } };
  const started = await startUpload(container, userId, body, headers['idempotency-key']);
  return 'existing' in started ? { status: 200, body: { file: started.existing } } : { status: 201, body: started };
});
