import { scheduleSyncs } from '#shared/drive/request-sync.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => {
  if (container.config.GOOGLE_CLIENT_ID) await scheduleSyncs(container);
  return undefined;
});
