import { resendStages } from '#shared/maintenance/sweep.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => ({ stages: await resendStages(container) }));
