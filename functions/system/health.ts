import { healthRoute } from '#shared/api/system.ts';
import { checkHealth } from '#shared/maintenance/health/check-health.ts';
import { httpHandler } from '#shared/runtime/http.ts';

export const handler = httpHandler(healthRoute, async ({ container, userId }) => {
  const health = await checkHealth(container);
  const { status } = health;
  return { status: status === 'ok' ? 200 : 503, body: userId === '' ? { status } : health };
});
