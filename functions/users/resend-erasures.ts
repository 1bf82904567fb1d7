import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { resendErasures } from '#shared/users/erase/resend-erasures.ts';

export const handler = scheduleHandler(async (container) => ({ erasures: await resendErasures(container) }));
