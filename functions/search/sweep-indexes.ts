import { sweepIndexes } from '#shared/maintenance/reembed/sweep-indexes.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';
import { sweepIndexesDeps } from '#shared/runtime/use-case-deps.ts';

/** What a change of the embedding model leaves behind may cost one call. */
const INDEXES_MS = 15_000;

export const handler = scheduleHandler(async (container) => {
  const { backfilled, dropped } = await sweepIndexes(sweepIndexesDeps(container), INDEXES_MS);
  return { backfilled, dropped: dropped.length };
});
