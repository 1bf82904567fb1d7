import { showExportRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { showExport } from '#shared/users/export/request-export.ts';

export const handler = httpHandler(showExportRoute, async ({ container, session }) => {
  const { db, tokenKeys, config } = container;
  return { status: 200, body: await showExport({ db, tokenKeys, streamUrl: config.STREAM_URL }, session) };
});
