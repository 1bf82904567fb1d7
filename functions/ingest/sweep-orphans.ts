import { sweepOrphans } from '#shared/files/sweep-orphans.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => ({ ...(await sweepOrphans(container)) }));
