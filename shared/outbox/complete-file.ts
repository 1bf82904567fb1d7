import type { DbOrTrx } from '#shared/db/database.ts';
import { promoteIfComplete } from '#shared/db/pipeline-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';

export interface FileGeneration {
  fileId: string;
  generation: number;
}

/**
 * Makes those files READY whose last chunk is published: the live generation moves and what came before it is buried,
 * at once. Rows of files are taken in the order given, which is by id, and those of people last, once each: two
 * transactions then never wait for each other.
 */
export async function completeFiles(db: DbOrTrx, files: readonly FileGeneration[]): Promise<void> {
  const owners = new Set<string>();
  for (const { fileId, generation } of files) {
    const file = await promoteIfComplete(db, fileId, generation);
    if (!file) continue;
    owners.add(file.user_id);
    if (generation > 1) await insertTombstone(db, { userId: file.user_id, fileId, upToGeneration: generation - 1 });
  }
  for (const userId of [...owners].sort()) await raiseIndexVersion(db, userId);
}
