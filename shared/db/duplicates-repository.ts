import type { DbOrTrx } from './database.ts';
import { FRESH_GENERATION } from './generations-repository.ts';
import type { FileRow } from './schema.ts';

/** The first of the file's duplicates, kept from being changed until the transaction ends. */
export function lockOldestDuplicate(
  db: DbOrTrx,
  original: Pick<FileRow, 'id' | 'user_id'>,
): Promise<Pick<FileRow, 'id'> | undefined> {
  return db
    .selectFrom('files')
    .select('id')
    .where('duplicate_of', '=', original.id)
    .where('user_id', '=', original.user_id)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
}

/** The file's other duplicates are those of `successorId`, which begins to be processed. */
export async function replaceOriginal(
  db: DbOrTrx,
  originalId: string,
  successorId: string,
): Promise<FileRow | undefined> {
  await db
    .updateTable('files')
    .set({ duplicate_of: successorId })
    .where('duplicate_of', '=', originalId)
    .where('id', '<>', successorId)
    .execute();
  return db
    .updateTable('files')
    .set({ ...FRESH_GENERATION, duplicate_of: null, updated_at: new Date() })
    .where('id', '=', successorId)
    .returningAll()
    .executeTakeFirst();
}

/** Deleted duplicates may still wait for their tombstones; they must not hold on to the row of the original. */
export async function releaseDuplicates(db: DbOrTrx, originalId: string): Promise<void> {
  await db.updateTable('files').set({ duplicate_of: null }).where('duplicate_of', '=', originalId).execute();
}

/** Of these files, those that other files are duplicates of. */
export async function findWithDuplicates(db: DbOrTrx, userId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('files')
    .select('duplicate_of')
    .distinct()
    .where('user_id', '=', userId)
    .where('duplicate_of', 'in', [...ids])
    .execute();
  return rows.flatMap(({ duplicate_of }) => duplicate_of ?? []);
}
