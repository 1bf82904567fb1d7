import type { DbOrTrx } from './database.ts';

// Without its file a stage loses its claim.
const DELETED = () => ({ deleted_at: new Date(), lease_holder: null, lease_expires_at: null });

/** Out of every list and search; its row stays until its tombstones are carried out. */
export async function markDeleted(db: DbOrTrx, fileId: string): Promise<void> {
  await db.updateTable('files').set(DELETED()).where('id', '=', fileId).execute();
}

export async function markAllDeleted(db: DbOrTrx, userId: string): Promise<void> {
  await db.updateTable('files').set(DELETED()).where('user_id', '=', userId).where('deleted_at', 'is', null).execute();
}

/** Keeps the file, deleted or not, from being changed until the transaction ends. */
export async function lockEvenDeleted(db: DbOrTrx, fileId: string): Promise<void> {
  await db.selectFrom('files').select('id').where('id', '=', fileId).forUpdate().execute();
}

/** Deletes the row of a file that is marked as deleted and has no tombstone any more. */
export async function deleteCleared(db: DbOrTrx, userId: string, fileId: string): Promise<void> {
  await db
    .deleteFrom('files')
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .where('deleted_at', 'is not', null)
    .where((where) =>
      where.not(where.exists(where.selectFrom('tombstones').select('id').where('file_id', '=', fileId))),
    )
    .execute();
}

export interface DeletedRange {
  /** The file itself is deleted, or its row gone. */
  gone: boolean;
  contentKey: string | null;
  /** Generations up to this one stay: the newest of them can be found, and those before it have tombstones of their own. */
  after: number;
}

/**
 * What a deletion up to a generation must leave. A generation that was superseded while an earlier one is still found is
 * deleted alone; none below the newer one can become live any more, so what is read here stays true.
 */
export async function deletedRange(
  db: DbOrTrx,
  userId: string,
  fileId: string,
  upToGeneration: number,
): Promise<DeletedRange> {
  const file = await db
    .selectFrom('files')
    .select(['deleted_at', 'content_key', 'live_generation'])
    .where('id', '=', fileId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  const gone = !file || file.deleted_at !== null;
  const live = gone ? null : file.live_generation;
  const after = live !== null && live <= upToGeneration ? live : 0;
  return { gone, contentKey: gone ? null : file.content_key, after };
}
