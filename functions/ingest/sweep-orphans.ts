import { sweepOrphans } from '#shared/files/sweep-orphans.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { orphanDeps } from '#shared/runtime/use-case-deps.ts';

export const handler = scheduleHandler(async (container) => ({ ...(await sweepOrphans(orphanDeps(container))) }));
