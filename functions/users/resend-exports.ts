import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { resendExports } from '#shared/users/export/resend-exports.ts';

export const handler = scheduleHandler(async (container) => ({ exports: await resendExports(container) }));
