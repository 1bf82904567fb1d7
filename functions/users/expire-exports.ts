import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { expireExports } from '#shared/users/export/expire-exports.ts';

export const handler = scheduleHandler(async (container) => ({ expiredExports: await expireExports(container) }));
