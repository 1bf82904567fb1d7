import { showExportRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { showExport } from '#shared/users/export/request-export.ts';

export const handler = httpHandler(showExportRoute, async ({ container, session }) => ({
  status: 200,
  body: await showExport(container, session),
}));
