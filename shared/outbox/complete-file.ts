import type { DbOrTrx } from '#shared/db/database.ts';
import { promoteIfComplete } from '#shared/db/pipeline-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';

/** Makes the file READY when its last chunk is published: the live generation moves and what came before it is buried, at once. */
export async function completeFile(db: DbOrTrx, fileId: string, generation: number): Promise<boolean> {
  const file = await promoteIfComplete(db, fileId, generation);
  if (!file) return false;
  await raiseIndexVersion(db, file.user_id);
  if (generation > 1) await insertTombstone(db, { userId: file.user_id, fileId, upToGeneration: generation - 1 });
  return true;
}
