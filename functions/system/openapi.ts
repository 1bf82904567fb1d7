import { buildOpenApi } from '#shared/api/openapi.ts';
import { openApiRoute } from '#shared/api/system.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(openApiRoute, async ({ container }) => ({
  status: 200,
  body: buildOpenApi(container.addresses.publicUrl),
}));
