import type { Trx } from '#shared/db/database.ts';
import { FRESH_GENERATION } from '#shared/db/pipeline-repository.ts';
import type { FileRow } from '#shared/db/schema.ts';

/**
 * When an original goes away or gets other bytes, its oldest duplicate takes its place: it has the bytes stored
 * already and is processed from there; the other duplicates follow it.
 * @returns the promoted file, which needs an `extract` message after the commit
 */
export async function promoteDuplicate(
  trx: Trx,
  original: Pick<FileRow, 'id' | 'user_id'>,
): Promise<FileRow | undefined> {
  const successor = await trx
    .selectFrom('files')
    .select('id')
    .where('duplicate_of', '=', original.id)
    .where('user_id', '=', original.user_id)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .forUpdate()
    .executeTakeFirst();
  if (successor) {
    await trx
      .updateTable('files')
      .set({ duplicate_of: successor.id })
      .where('duplicate_of', '=', original.id)
      .where('id', '<>', successor.id)
      .execute();
    return trx
      .updateTable('files')
      .set({ ...FRESH_GENERATION, duplicate_of: null, updated_at: new Date() })
      .where('id', '=', successor.id)
      .returningAll()
      .executeTakeFirst();
  }
  // Deleted duplicates may still wait for their tombstones; they must not hold on to the row of the original.
  await trx.updateTable('files').set({ duplicate_of: null }).where('duplicate_of', '=', original.id).execute();
  return undefined;
}
