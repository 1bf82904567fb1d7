import type { DriveView } from '#shared/api/drive.ts';
import { asUser } from '#shared/db/as-user.ts';
import type { Db } from '#shared/db/database.ts';
import { findConnection } from '#shared/db/drive-connections-repository.ts';
import { countItems, type DriveCounts, findItems } from '#shared/db/drive-items-repository.ts';
import type { DriveConnectionRow } from '#shared/db/schema.ts';

/** Whether a Drive is connected, which one, and how far its files agree with it. */
export function driveStatus(deps: { db: Db }, userId: string): Promise<DriveView> {
  return asUser(deps.db, userId, async (trx) => {
    const connection = await findConnection(trx, userId);
    const counts = await countItems(trx, userId);
    if (!connection) {
      const nothing = { account: null, folders: [], lastSyncAt: null, lastError: null };
      // The files of a Drive that was left may still be going.
      return { status: 'NOT_CONNECTED', ...nothing, syncing: counts.files > 0, counts };
    }
    const names = new Map((await findItems(trx, userId, connection.folder_ids)).map((row) => [row.item_id, row.name]));
    return {
      status: connection.status,
      account: connection.account,
      folders: connection.folder_ids.map((id) => ({ id, name: names.get(id) ?? null })),
      syncing: connection.status === 'CONNECTED' && isSyncing(connection, counts),
      lastSyncAt: connection.last_sync_at?.toISOString() ?? null,
      lastError: connection.last_error_code
        ? { code: connection.last_error_code, message: connection.last_error_message ?? '' }
        : null,
      counts,
    };
  });
}

function isSyncing(connection: DriveConnectionRow, counts: DriveCounts): boolean {
  const { asked, lease_expires_at, last_sync_at } = connection;
  const isHeld = lease_expires_at !== null && lease_expires_at.getTime() > Date.now();
  return asked || isHeld || counts.waiting > 0 || last_sync_at === null;
}
