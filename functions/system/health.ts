import { healthRoute } from '#shared/api/system.ts';
import { httpHandler } from '#shared/runtime/http.ts';
import { checkHealth } from '#shared/system/check-health.ts';

export const handler = httpHandler(healthRoute, async ({ container }) => {
  const health = await checkHealth({ ...container, cacheConfigured: container.config.REDIS_URL !== undefined });
  return { status: health.status === 'ok' ? 200 : 503, body: health };
});
