import { reanalyseFiles } from '#shared/maintenance/reanalyse/reanalyse-files.ts';
import { sweepIndexes } from '#shared/maintenance/reembed/sweep-indexes.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

export const handler = scheduleHandler(async (container) => {
  const { backfilled, dropped } = await sweepIndexes(container);
  return { backfilled, dropped: dropped.length, reanalysed: await reanalyseFiles(container) };
});
