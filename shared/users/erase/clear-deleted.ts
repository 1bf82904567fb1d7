import { clearPages } from '#shared/db/clear-pages.ts';
import type { Db } from '#shared/db/database.ts';
import { countDeletedRows, findClearing, noteCleared } from '#shared/db/upkeep-repository.ts';
import type { Log } from '#shared/ports/log.ts';

/** What is deleted one by one waits so long; an erasure that is done does not. */
const EVERY_MS = 24 * 3_600_000;

export interface ClearDeletedDeps {
  db: Db;
  /** A connection of its own as the account of DATABASE_URL, in no role; the caller of it closes it. */
  openAsOwner: () => Db;
  log: Log;
}

/**
 * Brings what was deleted out of the database's pages, when an erasure was done since the last time, or a day has gone in
 * which anything was deleted. Two at once do the same work twice and no harm.
 * @param longestMs so long transactions are waited for that might see what was deleted; what they keep is for the next run
 * @returns how many tables were cleared; 0 when it was not time
 */
export async function clearDeleted({ db, openAsOwner, log }: ClearDeletedDeps, longestMs?: number): Promise<number> {
  const begunAt = new Date();
  const { askedAt, doneAt, deletedRows } = await findClearing(db);
  const deletedNow = await countDeletedRows(db);
  const isDayOver = begunAt.getTime() - (doneAt?.getTime() ?? 0) >= EVERY_MS;
  if (askedAt === null && !(isDayOver && deletedNow !== deletedRows)) return 0;
  const owner = openAsOwner();
  let cleared: number;
  let isComplete: boolean;
  try {
    const pages = await clearPages(owner, { longestMs });
    const left = pages.tables.filter(({ outcome }) => outcome === 'left').map(({ name }) => name);
    if (left.length > 0) {
      log.warn(
        { tables: left },
        'the database role of DATABASE_URL does not own these tables; their owner must vacuum them',
      );
    }
    cleared = pages.tables.length - left.length;
    isComplete = pages.isComplete;
  } finally {
    await owner.destroy();
  }
  if (isComplete) await noteCleared(db, begunAt, deletedNow);
  else
    log.warn({}, 'a long transaction keeps deleted rows in the pages of the database; the next run clears them again');
  return cleared;
}
