import { forgetExpired } from '#shared/auth/forget-expired.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => {
  await forgetExpired(container);
  return undefined;
});
