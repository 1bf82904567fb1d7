import { asUser } from '#shared/db/as-user.ts';
import {
  countFailure,
  type FolderState,
  findItems,
  listDirty,
  loadFolders,
  settleUnchanged,
} from '#shared/db/drive-items-repository.ts';
import { countInPipeline } from '#shared/db/files-repository.ts';
import type { DriveItemRow } from '#shared/db/schema.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { FOLDER_TYPE, SHORTCUT_TYPE } from '#shared/ports/drive.ts';
import { fetchItem, type Source } from './fetch-item.ts';
import { refuseItem, removeItemFile, renameItemFile } from './item-file.ts';
import { isInScope } from './scope.ts';
import { commit, type SyncRun } from './sync-run.ts';

const BATCH = 200;
/** Requests to Google at once for one person; Google allows each about ten a second. */
const AT_ONCE = 4;
/**
 * So many of one person's files may be on their way through the pipeline: enough to keep it busy between two looks, and
 * few enough that the next person's files are seconds behind them, not behind a whole Drive.
 */
const MOST_IN_PIPELINE = 64;
const MOST_FAILURES = 5;
/** So many different files that fail one after the other are an outage. */
const OUTAGE_FILES = 5;

/**
 * Makes the files agree with `drive_items`, each item by itself: one that cannot be read is FAILED and does not stop the
 * rest.
 * @throws AppError DRIVE_RATE_LIMITED at once; DRIVE_UNAVAILABLE when items are left that failed for the moment
 */
export async function reconcileDrive(run: SyncRun): Promise<'agrees' | 'time is up' | 'pipeline is full'> {
  const { db } = run.deps;
  const { userId } = run.claim;
  const folders = await asUser(db, userId, (trx) => loadFolders(trx, userId));
  const chosen = new Set(run.connection.folder_ids);
  const failed: unknown[] = [];
  let after = '';
  for (;;) {
    const items = await asUser(db, userId, (trx) => listDirty(trx, userId, after, BATCH));
    const last = items.at(-1);
    if (!last) break;
    after = last.item_id;
    const plans = await Promise.all(items.map(async (item) => ({ item, act: await plan(run, item, folders, chosen) })));
    const settled = plans.filter(({ act }) => !act).map(({ item }) => item.item_id);
    await commit(run, {}, (trx) => settleUnchanged(trx, userId, settled));
    const todo = plans.flatMap(({ item, act }) => (act ? [{ item, act }] : []));
    for (let start = 0; start < todo.length; start += AT_ONCE) {
      if (run.timeIsUp()) return 'time is up';
      if ((await asUser(db, userId, (trx) => countInPipeline(trx, userId))) >= MOST_IN_PIPELINE)
        return 'pipeline is full';
      const results = await Promise.allSettled(
        todo.slice(start, start + AT_ONCE).map(({ item, act }) => attempt(run, item, act)),
      );
      for (const result of results) {
        if (result.status === 'fulfilled') continue;
        if (!isPassing(result.reason)) throw result.reason;
        failed.push(result.reason);
      }
      if (failed.length >= OUTAGE_FILES) throw failed[0];
    }
  }
  if (failed.length > 0) throw failed[0];
  return 'agrees';
}

type Act = () => Promise<void>;

/** What has to be done for the item; undefined for nothing. */
async function plan(
  run: SyncRun,
  item: DriveItemRow,
  folders: ReadonlyMap<string, FolderState>,
  chosen: ReadonlySet<string>,
): Promise<Act | undefined> {
  const source = isInScope(item, folders, chosen) ? await sourceOf(run, item, folders, chosen) : undefined;
  if (!source) return item.file_id === null ? undefined : () => removeItemFile(run, item);
  if (item.synced_fingerprint !== source.fingerprint) return () => fetchItem(run, item, source);
  return item.synced_name === item.name ? undefined : () => renameItemFile(run, item, source);
}

/** Where the item's bytes come from: from itself, or from what a shortcut leads to, unless that is there in its own right. */
async function sourceOf(
  run: SyncRun,
  item: DriveItemRow,
  folders: ReadonlyMap<string, FolderState>,
  chosen: ReadonlySet<string>,
): Promise<Source | undefined> {
  if (item.mime_type === FOLDER_TYPE) return undefined;
  if (item.mime_type !== SHORTCUT_TYPE) {
    const { item_id: id, mime_type: mimeType, fingerprint, size, md5 } = item;
    return { id, mimeType, fingerprint, size: size ?? undefined, md5: md5 ?? undefined };
  }
  if (item.target_id === null) return undefined;
  const { userId } = run.claim;
  const [known] = await asUser(run.deps.db, userId, (trx) => findItems(trx, userId, [item.target_id ?? '']));
  if (known && isInScope(known, folders, chosen)) return undefined;
  const target = await run.drive.get(item.target_id);
  if (!target || target.trashed || target.mimeType === FOLDER_TYPE || target.mimeType === SHORTCUT_TYPE)
    return undefined;
  return target;
}

/** An item that Google refuses, or that fails again and again, becomes a FAILED file. */
async function attempt(run: SyncRun, item: DriveItemRow, act: Act): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (!isPassing(error)) {
      if (error.retry !== 'never') throw error;
      await refuseItem(run, item, error);
      return;
    }
    const failures = await asUser(run.deps.db, run.claim.userId, (trx) => countFailure(trx, item));
    if (failures < MOST_FAILURES) throw error;
    const detail = `This file could not be downloaded from Google Drive after ${failures} attempts. OmniRAG retries when the file changes.`;
    await refuseItem(run, item, new AppError('DRIVE_FILE_UNREADABLE', { detail, cause: error }));
  }
}

/** What may befall one item alone; every other outage befalls all of them and ends the run at once. */
function isPassing(error: unknown): boolean {
  return error instanceof AppError && error.code === 'DRIVE_UNAVAILABLE';
}
