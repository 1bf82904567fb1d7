import { resendArrivals } from '#shared/maintenance/sweep.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sweepDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = scheduleHandler(async (container) => ({ objects: await resendArrivals(sweepDeps(container)) }));
