import type { Trx } from '#shared/db/database.ts';
import { lockOldestDuplicate, releaseDuplicates, replaceOriginal } from '#shared/db/duplicates-repository.ts';
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
  const successor = await lockOldestDuplicate(trx, original);
  if (successor) return replaceOriginal(trx, original.id, successor.id);
  await releaseDuplicates(trx, original.id);
  return undefined;
}
