import { indexBacklog } from '#shared/bm25/index-backlog.ts';
import { scheduleHandler } from '#shared/runtime/schedule.ts';

/** What taking in files that are older than the keyword index may cost one call. */
const BACKLOG_MS = 5_000;

export const handler = scheduleHandler(async ({ db }) => ({
  indexed: await indexBacklog(db, Date.now() + BACKLOG_MS),
}));
