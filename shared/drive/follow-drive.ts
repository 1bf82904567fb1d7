import type { Trx } from '#shared/db/database.ts';
import {
  findItems,
  markAllDirty,
  markRemoved,
  markShortcutsDirty,
  removeUnseen,
  upsertItems,
} from '#shared/db/drive-items-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { type DriveEntry, FOLDER_TYPE } from '#shared/ports/drive.ts';
import { commit, type SyncRun } from './sync-run.ts';

/** A change that was lost, by whoever's mistake, is found by comparing everything. */
const FULL_COMPARISON_MS = 7 * 24 * 3_600_000;

/**
 * Brings `drive_items` up to date with the Drive: by a full listing at first and once a week, else by the log of
 * changes. What is read is committed together with the place in the log it was read from.
 * @returns false when the time was up first
 */
export async function followDrive(run: SyncRun): Promise<boolean> {
  try {
    if (isFullDue(run) && !(await listEverything(run))) return false;
    return await followChanges(run);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DRIVE_FILE_UNREADABLE') throw error;
    // Google forgets tokens in time; then nothing short of a full listing tells what happened since.
    run.deps.log.warn(
      { err: error, userId: run.claim.userId },
      'Google rejected a page token; listing the Drive from the start',
    );
    await commit(run, { page_token: null, crawl_page_token: null, crawl_cursor: null }, async () => undefined);
    return false;
  }
}

function isFullDue({ connection }: SyncRun): boolean {
  const { page_token, crawl_page_token, last_full_at } = connection;
  if (page_token === null || crawl_page_token !== null) return true;
  return last_full_at === null || Date.now() - last_full_at.getTime() > FULL_COMPARISON_MS;
}

async function listEverything(run: SyncRun): Promise<boolean> {
  const { connection, claim } = run;
  if (connection.crawl_page_token === null) {
    // Before the listing begins: what changes while it runs is in the log after this token.
    const crawl_page_token = await run.drive.startPageToken();
    const progress = { crawl_page_token, crawl_cursor: null, crawl_id: connection.crawl_id + 1 };
    await commit(run, progress, async () => undefined);
  }
  for (;;) {
    const { entries, nextPageToken } = await run.drive.list(connection.crawl_cursor ?? undefined);
    if (nextPageToken === undefined) {
      const done = { page_token: connection.crawl_page_token, crawl_page_token: null, crawl_cursor: null };
      await commit(run, { ...done, last_full_at: new Date() }, async (trx) => {
        await applyEntries(trx, run, entries);
        await removeUnseen(trx, claim.userId, connection.crawl_id);
      });
      return true;
    }
    await commit(run, { crawl_cursor: nextPageToken }, (trx) => applyEntries(trx, run, entries));
    if (run.timeIsUp()) return false;
  }
}

async function followChanges(run: SyncRun): Promise<boolean> {
  for (;;) {
    const token = run.connection.page_token;
    if (token === null) return false;
    const { changes, nextPageToken, newStartPageToken } = await run.drive.changes(token);
    const entries = changes.flatMap(({ entry }) => entry ?? []);
    const removed = changes.filter(({ entry }) => !entry).map(({ id }) => id);
    const isAtEnd = nextPageToken === undefined;
    const next = nextPageToken ?? newStartPageToken ?? token;
    if (next !== token || changes.length > 0) {
      await commit(run, { page_token: next }, async (trx) => {
        const { userId } = run.claim;
        const foldersGone = (await findItems(trx, userId, removed)).some((row) => row.mime_type === FOLDER_TYPE);
        await markRemoved(trx, userId, removed);
        await applyEntries(trx, run, entries);
        if (foldersGone) await markAllDirty(trx, userId);
        await markShortcutsDirty(
          trx,
          userId,
          changes.map(({ id }) => id),
        );
      });
    }
    if (isAtEnd) return true;
    if (run.timeIsUp()) return false;
  }
}

/** The log names only the folder that moved or went to the trash: what lies in it is looked at as well. */
async function applyEntries(trx: Trx, run: SyncRun, entries: readonly DriveEntry[]): Promise<void> {
  const { userId } = run.claim;
  const folders = entries.filter((entry) => entry.mimeType === FOLDER_TYPE);
  const known = await findItems(
    trx,
    userId,
    folders.map(({ id }) => id),
  );
  const before = new Map(known.map((row) => [row.item_id, row]));
  await upsertItems(trx, userId, entries, run.connection.crawl_id);
  const hasMoved = folders.some((folder) => {
    const row = before.get(folder.id);
    return !row || row.removed || row.trashed !== folder.trashed || row.parent_id !== (folder.parent ?? null);
  });
  // On the first listing everything is dirty anyway, and marking it page by page would cost a write each time.
  if (hasMoved && run.connection.page_token !== null) await markAllDirty(trx, userId);
}
