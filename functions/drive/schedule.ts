import { scheduleSyncs } from '#shared/drive/request-sync.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => {
  await scheduleSyncs(container);
  return undefined;
});
