import { forgetExpired } from '#shared/auth/forget-expired.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async ({ db }) => {
  await forgetExpired(db);
  return undefined;
});
