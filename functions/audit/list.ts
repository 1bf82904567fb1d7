import { listAuditRoute } from '#shared/api/administration.ts';
import { listAudit } from '#shared/auth/list-audit.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(listAuditRoute, async ({ container, query }) => ({
  status: 200,
  body: await listAudit(container, query),
}));
