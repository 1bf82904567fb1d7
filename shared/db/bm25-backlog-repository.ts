import type { DbOrTrx, Trx } from './database.ts';

export interface Bm25BacklogEntry {
  fileId: string;
  generation: number;
  nextChunk: number;
  endChunk: number;
}

/** One generation of the file that the keyword index lacks, for this transaction alone; undefined when another has it. */
export function lockBm25Backlog(trx: Trx, fileId: string): Promise<Bm25BacklogEntry | undefined> {
  return trx
    .selectFrom('bm25_backlog')
    .select(['file_id as fileId', 'generation', 'next_chunk as nextChunk', 'end_chunk as endChunk'])
    .where('file_id', '=', fileId)
    .orderBy('generation', 'desc')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

/** Notes how far the index has come; what is complete is forgotten. */
export async function advanceBm25Backlog(db: DbOrTrx, entry: Bm25BacklogEntry, nextChunk: number): Promise<void> {
  const { fileId, generation } = entry;
  if (nextChunk < entry.endChunk) {
    await db
      .updateTable('bm25_backlog')
      .set({ next_chunk: nextChunk })
      .where('file_id', '=', fileId)
      .where('generation', '=', generation)
      .execute();
  } else {
    await db.deleteFrom('bm25_backlog').where('file_id', '=', fileId).where('generation', '=', generation).execute();
  }
}
