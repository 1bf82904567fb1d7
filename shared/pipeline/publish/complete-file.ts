import type { DbOrTrx } from '#shared/db/database.ts';
import { hideFormerCopies, promoteIfComplete } from '#shared/db/pipeline-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';

export interface FileGeneration {
  fileId: string;
  generation: number;
}

/**
 * Makes those of the person's files READY whose last chunk is published: the live generation moves and what came before
 * it is deleted, at once, as is the same text of another file that holds other bytes by now. The caller has locked the
 * files (`lockFiles`); the person's row is taken last.
 */
export async function completeFiles(db: DbOrTrx, userId: string, files: readonly FileGeneration[]): Promise<void> {
  let isChanged = false;
  for (const { fileId, generation } of files) {
    const file = await promoteIfComplete(db, fileId, generation);
    if (!file) continue;
    isChanged = true;
    if (generation > 1) await insertTombstone(db, { userId, fileId, upToGeneration: generation - 1 });
    for (const other of await hideFormerCopies(db, file)) {
      await insertTombstone(db, { userId, fileId: other.id, upToGeneration: other.generation - 1 });
    }
  }
  if (isChanged) await raiseIndexVersion(db, userId);
}
