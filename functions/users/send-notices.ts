import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sendNotices } from '#shared/users/notices/send-notices.ts';

export const handler = scheduleHandler(async (container) => ({ mailed: await sendNotices(container) }));
