import { sql } from 'kysely';
import { type DriveEntry, FOLDER_TYPE } from '#shared/ports/drive.ts';
import type { DbOrTrx } from './database.ts';
import type { DriveItemRow } from './schema.ts';

/** What decides which files lie in a folder. */
export interface FolderState {
  parent: string | undefined;
  /** In the trash, deleted, or not shared any more. */
  isGone: boolean;
}

/** The person's folders by id, all of them. */
export async function loadFolders(db: DbOrTrx, userId: string): Promise<Map<string, FolderState>> {
  const rows = await db
    .selectFrom('drive_items')
    .select(['item_id', 'parent_id', 'trashed', 'removed'])
    .where('user_id', '=', userId)
    .where('mime_type', '=', FOLDER_TYPE)
    .execute();
  return new Map(
    rows.map((row) => [row.item_id, { parent: row.parent_id ?? undefined, isGone: row.trashed || row.removed }]),
  );
}

/** The folders with their names, those that are gone as well. */
export function listFolders(
  db: DbOrTrx,
  userId: string,
): Promise<Pick<DriveItemRow, 'item_id' | 'parent_id' | 'name' | 'trashed' | 'removed'>[]> {
  return db
    .selectFrom('drive_items')
    .select(['item_id', 'parent_id', 'name', 'trashed', 'removed'])
    .where('user_id', '=', userId)
    .where('mime_type', '=', FOLDER_TYPE)
    .execute();
}

export function findItems(db: DbOrTrx, userId: string, ids: readonly string[]): Promise<DriveItemRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return db
    .selectFrom('drive_items')
    .selectAll()
    .where('user_id', '=', userId)
    .where('item_id', 'in', [...ids])
    .execute();
}

/** Writes down what the Drive says; what differs from before is to be brought into agreement. */
export async function upsertItems(
  db: DbOrTrx,
  userId: string,
  entries: readonly DriveEntry[],
  crawlId: number,
): Promise<void> {
  if (entries.length === 0) return;
  // The same file twice in one answer would be two rows for one place.
  const rows = [...new Map(entries.map((entry) => [entry.id, entry])).values()].map((entry) => ({
    item_id: entry.id,
    parent_id: entry.parent ?? null,
    name: entry.name.replaceAll('\0', ''),
    mime_type: entry.mimeType,
    trashed: entry.trashed,
    fingerprint: entry.fingerprint,
    size: entry.size ?? null,
    md5: entry.md5 ?? null,
    target_id: entry.targetId ?? null,
  }));
  await sql`
    insert into drive_items as mine (user_id, item_id, parent_id, name, mime_type, trashed, fingerprint, size, md5, target_id, seen_crawl)
    select ${userId}::uuid, item_id, parent_id, name, mime_type, trashed, fingerprint, size, md5, target_id, ${crawlId}::int
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (item_id text, parent_id text, name text,
      mime_type text, trashed boolean, fingerprint text, size bigint, md5 text, target_id text)
    on conflict (user_id, item_id) do update set
      dirty = mine.dirty or mine.removed
        or (mine.parent_id, mine.name, mine.mime_type, mine.trashed, mine.fingerprint, mine.target_id)
          is distinct from (excluded.parent_id, excluded.name, excluded.mime_type, excluded.trashed,
            excluded.fingerprint, excluded.target_id),
      failures = case when mine.fingerprint = excluded.fingerprint then mine.failures else 0 end,
      parent_id = excluded.parent_id, name = excluded.name, mime_type = excluded.mime_type, trashed = excluded.trashed,
      fingerprint = excluded.fingerprint, size = excluded.size, md5 = excluded.md5, target_id = excluded.target_id,
      removed = false, seen_crawl = excluded.seen_crawl`.execute(db);
}

export async function markRemoved(db: DbOrTrx, userId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('drive_items')
    .set({ removed: true, dirty: true })
    .where('user_id', '=', userId)
    .where('item_id', 'in', [...ids])
    .execute();
}

/** After a complete listing: what it did not see is gone. */
export async function removeUnseen(db: DbOrTrx, userId: string, crawlId: number): Promise<void> {
  await db
    .updateTable('drive_items')
    .set({ removed: true, dirty: true })
    .where('user_id', '=', userId)
    .where('seen_crawl', '<', crawlId)
    .where('removed', '=', false)
    .execute();
}

/** A folder moved, came or went, or other folders were chosen: any file may have come in or gone out. */
export async function markAllDirty(db: DbOrTrx, userId: string): Promise<void> {
  await db
    .updateTable('drive_items')
    .set({ dirty: true })
    .where('user_id', '=', userId)
    .where('dirty', '=', false)
    .execute();
}

/** Shortcuts stand for what they lead to. */
export async function markShortcutsDirty(db: DbOrTrx, userId: string, targetIds: readonly string[]): Promise<void> {
  if (targetIds.length === 0) return;
  await db
    .updateTable('drive_items')
    .set({ dirty: true })
    .where('user_id', '=', userId)
    .where('target_id', 'in', [...targetIds])
    .execute();
}

export function listDirty(db: DbOrTrx, userId: string, afterId: string, limit: number): Promise<DriveItemRow[]> {
  return db
    .selectFrom('drive_items')
    .selectAll()
    .where('user_id', '=', userId)
    .where('dirty', '=', true)
    .where('item_id', '>', afterId)
    .orderBy('item_id')
    .limit(limit)
    .execute();
}

/** The item and its file agree, unless the item changed again since it was read. */
export async function settleItem(
  db: DbOrTrx,
  item: DriveItemRow,
  outcome: { fileId: string | null; fingerprint: string | null; name: string | null },
): Promise<void> {
  await db
    .updateTable('drive_items')
    .set({
      dirty: sql<boolean>`(fingerprint, name, trashed, removed) is distinct from
        (${item.fingerprint}::text, ${item.name}::text, ${item.trashed}::boolean, ${item.removed}::boolean)`,
      file_id: outcome.fileId,
      synced_fingerprint: outcome.fingerprint,
      synced_name: outcome.name,
      failures: 0,
    })
    .where('user_id', '=', item.user_id)
    .where('item_id', '=', item.item_id)
    .execute();
}

/** The file that the item becomes, from before its bytes are fetched: whatever ends the run, it is not lost sight of. */
export async function attachFile(db: DbOrTrx, item: DriveItemRow, fileId: string): Promise<void> {
  await db
    .updateTable('drive_items')
    .set({ file_id: fileId })
    .where('user_id', '=', item.user_id)
    .where('item_id', '=', item.item_id)
    .execute();
}

/** Nothing had to be done for these. */
export async function settleUnchanged(db: DbOrTrx, userId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('drive_items')
    .set({ dirty: false })
    .where('user_id', '=', userId)
    .where('item_id', 'in', [...ids])
    .execute();
}

/** @returns how often the item has failed in a row */
export async function countFailure(db: DbOrTrx, item: DriveItemRow): Promise<number> {
  const row = await db
    .updateTable('drive_items')
    .set({ failures: sql`failures + 1` })
    .where('user_id', '=', item.user_id)
    .where('item_id', '=', item.item_id)
    .returning('failures')
    .executeTakeFirst();
  return row?.failures ?? 0;
}

export function listItemsWithFiles(db: DbOrTrx, userId: string, limit: number): Promise<DriveItemRow[]> {
  return db
    .selectFrom('drive_items')
    .selectAll()
    .where('user_id', '=', userId)
    .where('file_id', 'is not', null)
    .limit(limit)
    .execute();
}

export async function deleteItems(db: DbOrTrx, userId: string, ids?: readonly string[]): Promise<void> {
  let query = db.deleteFrom('drive_items').where('user_id', '=', userId);
  if (ids) query = query.where('item_id', 'in', [...ids]);
  await query.execute();
}

export interface DriveCounts {
  files: number;
  /** Not looked at yet, or not brought into agreement. */
  waiting: number;
}

export async function countItems(db: DbOrTrx, userId: string): Promise<DriveCounts> {
  const row = await db
    .selectFrom('drive_items')
    // A deleted file keeps its row until it is gone from every store.
    .leftJoin('files', (join) => join.onRef('files.id', '=', 'drive_items.file_id').on('files.deleted_at', 'is', null))
    .select([sql<number>`count(files.id)`.as('files'), sql<number>`count(*) filter (where dirty)`.as('waiting')])
    .where('drive_items.user_id', '=', userId)
    .executeTakeFirstOrThrow();
  return row;
}

/** Another account's Drive was connected: nothing of the one before is there. */
export async function markEverythingRemoved(db: DbOrTrx, userId: string): Promise<void> {
  await db.updateTable('drive_items').set({ removed: true, dirty: true }).where('user_id', '=', userId).execute();
}
