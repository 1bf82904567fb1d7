import { resendStages } from '#shared/maintenance/sweep.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sweepDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = scheduleHandler(async (container) => ({ stages: await resendStages(sweepDeps(container)) }));
