import { randomUUID } from 'node:crypto';
import { asPerson } from '#shared/db/as-person.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import { insertLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { chunkId } from '#shared/files/ids.ts';
import { createPassageEncoder } from '#shared/pipeline/embed/sparse-bm25.ts';
import { buildSegment } from '#shared/search/bm25/segment.ts';
import { passageRows } from './passage-rows.ts';
import type { TestContainer } from './test-container.ts';

export interface PublishedFile {
  fileId: string;
  /** Of the passages, in order. */
  ids: string[];
}

/** A READY file of these English passages, in every index. */
export async function publishFile(
  { db, everyone, embedder, vectorIndex }: Pick<TestContainer, 'db' | 'everyone' | 'embedder' | 'vectorIndex'>,
  userId: string,
  texts: readonly string[],
): Promise<PublishedFile> {
  const owner = { userId, fileId: randomUUID(), generation: 1 };
  const ids = texts.map((_, index) => chunkId(owner.fileId, owner.generation, index));
  const model = await embedder.describe();
  const dense = await embedder.embedPassages(texts);
  const encodeSparse = createPassageEncoder();
  await insertLiveIndex(everyone, { model: model.id, dimensions: model.dimensions });
  await vectorIndex.ensure(userId, model);
  await vectorIndex.upsert(
    userId,
    model,
    texts.map((text, chunkIndex) => ({
      id: ids[chunkIndex] ?? '',
      fileId: owner.fileId,
      generation: owner.generation,
      chunkIndex,
      page: 1,
      dense: dense[chunkIndex] ?? [],
      sparse: encodeSparse(text, 'en'),
    })),
  );
  await asPerson(db, userId, async (trx) => {
    await trx
      .insertInto('files')
      .values({
        id: owner.fileId,
        user_id: userId,
        filename: 'test.txt',
        content_type: 'text/plain',
        size: 1,
        sha256: owner.fileId,
        source: 'api',
        status: 'READY',
        generation: owner.generation,
        live_generation: owner.generation,
        chunks: texts.length,
      })
      .execute();
    await insertChunks(
      trx,
      passageRows(owner, texts).map((row) => ({ ...row, sync_status: 'SYNCED' as const })),
    );
    const segment = buildSegment(texts.map((text) => ({ text, language: 'en' })));
    await insertBm25Segment(trx, { ...owner, firstChunk: 0, ...segment });
    await raiseIndexVersion(trx, userId);
  });
  return { fileId: owner.fileId, ids };
}
