import { listBm25Backlog } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { advanceBm25Backlog, lockBm25Backlog } from '#shared/db/bm25-backlog-repository.ts';
import { deleteBm25Segment, endOfBm25Segment, insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { listPassages } from '#shared/db/chunks-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { embeddingText } from '#shared/pipeline/chunk/chunk.ts';
import { detectLanguage } from '#shared/pipeline/language/detect-language.ts';
import { buildSegment } from './segment.ts';

const FILES = 100;
const PASSAGES_A_TRANSACTION = 500;

/**
 * Takes files into the keyword index that were cut into passages before there was one, or before it was as it is now.
 * @param deadline a time as of Date.now; the rest is left to the next call
 * @returns how many passages were taken in
 */
export async function indexBacklog(db: Db, deadline: number): Promise<number> {
  let taken = 0;
  for (const { userId, fileId } of await listBm25Backlog(db, FILES)) {
    for (let isDone = false; !isDone && Date.now() < deadline; ) {
      const count = await indexSome(db, userId, fileId);
      taken += count ?? 0;
      isDone = count === undefined;
    }
  }
  return taken;
}

/** @returns undefined when nothing of the file is missing, or another takes it in */
function indexSome(db: Db, userId: string, fileId: string): Promise<number | undefined> {
  return asPerson(db, userId, async (trx) => {
    const entry = await lockBm25Backlog(trx, fileId);
    if (!entry) return undefined;
    const { generation, nextChunk } = entry;
    const owner = { userId, fileId, generation };
    const most = Math.min(nextChunk + PASSAGES_A_TRANSACTION, entry.endChunk);
    const to = await endOfBm25Segment(trx, owner, { from: nextChunk, to: most });
    const passages = await listPassages(trx, owner, { from: nextChunk, to });
    if (passages.length > 0) {
      const texts = passages.map((passage) => ({
        text: embeddingText(passage),
        language: passage.language ?? detectLanguage(passage.text) ?? null,
      }));
      await deleteBm25Segment(trx, owner, nextChunk);
      await insertBm25Segment(trx, { ...owner, firstChunk: nextChunk, ...buildSegment(texts) });
      await raiseIndexVersion(trx, userId);
    }
    // Passages follow each other without gaps; where there are none, they were deleted.
    await advanceBm25Backlog(trx, entry, passages.length > 0 ? nextChunk + passages.length : entry.endChunk);
    return passages.length;
  });
}
