import { randomUUID } from 'node:crypto';
import { listBm25Backlog } from '#shared/db/across-people.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { advanceBm25Backlog, lockBm25Backlog } from '#shared/db/bm25-backlog-repository.ts';
import { deleteBm25Segment, endOfBm25Segment, insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { listPassages } from '#shared/db/chunks-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { embeddingText } from '#shared/domain/chunk.ts';
import { eachForItself } from '#shared/errors/each-for-itself.ts';
import { detectLanguage } from '#shared/text/detect-language.ts';
import { buildSegment } from './segment.ts';

const FILES = 100;
const PASSAGES_A_TRANSACTION = 500;

/**
 * Takes files into the keyword index that were cut into passages before there was one, or before it was as it is now.
 * @param deadline a time as of Date.now; the rest is left to the next call
 * @returns how many passages were taken in
 * @throws Error with the first cause, once all were tried for which there was time, when a file failed; it stays
 */
export async function indexBacklog(db: Db, deadline: number): Promise<number> {
  let taken = 0;
  const failures: unknown[] = [];
  for await (const files of backlogFrom(db, randomUUID())) {
    if (Date.now() >= deadline) break;
    const work = async ({ userId, fileId }: (typeof files)[number]): Promise<void> => {
      for (let isDone = false; !isDone && Date.now() < deadline; ) {
        const count = await indexSome(db, userId, fileId);
        taken += count ?? 0;
        isDone = count === undefined;
      }
    };
    await eachForItself(files, work).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) {
    const message = `Files could not be taken into the keyword index; ${taken} passages of others were`;
    throw new Error(message, { cause: failures[0] });
  }
  return taken;
}

/** All of it once, beginning at a place that is another each time: what uses up the time of one call does not come first again. */
async function* backlogFrom(db: Db, start: string): AsyncGenerator<{ userId: string; fileId: string }[]> {
  for (const range of [{ behind: start }, { upTo: start }]) {
    let files: { userId: string; fileId: string }[];
    let next: { behind?: string | undefined; upTo?: string | undefined } = range;
    do {
      files = await listBm25Backlog(db, next, FILES);
      yield files;
      next = { ...range, behind: files.at(-1)?.fileId };
    } while (files.length === FILES);
  }
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
