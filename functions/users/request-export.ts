import { requestExportRoute } from '#shared/api/own-data.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { askForExport } from '#shared/users/export/request-export.ts';

export const handler = httpHandler(requestExportRoute, async ({ container, userId, from }) => ({
  status: 202,
  body: await askForExport(container, userId, from),
}));
