import { randomUUID } from 'node:crypto';
import { buildSegment } from '#shared/bm25/segment.ts';
import { asUser } from '#shared/db/as-user.ts';
import { insertBm25Segment } from '#shared/db/bm25-repository.ts';
import { insertChunks } from '#shared/db/chunks-repository.ts';
import { insertLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import type { SparseVector } from '#shared/ports/sparse-embedder.ts';
import { createPassageEncoder } from '#shared/text/sparse-bm25.ts';
import { passageRows } from './passage-rows.ts';
import type { TestContainer } from './test-container.ts';

export interface PublishedFile {
  fileId: string;
  /** Of the passages, in order. */
  ids: string[];
}

/** Passages with all that the indexes hold of them: the same for every person and file. */
export interface PreparedPassages {
  texts: readonly string[];
  model: EmbeddingModel;
  dense: number[][];
  sparse: SparseVector[];
  segment: ReturnType<typeof buildSegment>;
}

export async function preparePassages(
  embedder: Embedder,
  texts: readonly string[],
  language: string | null = 'en',
): Promise<PreparedPassages> {
  const encodeSparse = createPassageEncoder();
  return {
    texts,
    model: await embedder.describe(),
    dense: await embedder.embedPassages(texts),
    sparse: texts.map((text) => encodeSparse(text, language)),
    segment: buildSegment(texts.map((text) => ({ text, language }))),
  };
}

/** A READY file of these passages, in every index. @param language of all of them, English by default */
export async function publishFile(
  { embedder, ...stores }: Stores & { embedder: Embedder },
  userId: string,
  texts: readonly string[],
  language: string | null = 'en',
): Promise<PublishedFile> {
  return publishPassages(stores, userId, await preparePassages(embedder, texts, language));
}

type Stores = Pick<TestContainer, 'db' | 'everyone' | 'vectorIndex'>;

/** As {@link publishFile}, of what was prepared before. */
export async function publishPassages(
  { db, everyone, vectorIndex }: Stores,
  userId: string,
  { texts, model, dense, sparse, segment }: PreparedPassages,
): Promise<PublishedFile> {
  const owner = { userId, fileId: randomUUID(), generation: 1 };
  const ids = texts.map((_, index) => chunkId(owner.fileId, owner.generation, index));
  await insertLiveIndex(everyone, { model: model.id, dimensions: model.dimensions });
  await vectorIndex.ensure(userId, model);
  await vectorIndex.upsert(
    userId,
    model,
    ids.map((id, chunkIndex) => ({
      id,
      fileId: owner.fileId,
      generation: owner.generation,
      chunkIndex,
      page: 1,
      dense: dense[chunkIndex] ?? [],
      sparse: sparse[chunkIndex] ?? { indices: [], values: [] },
    })),
  );
  await asUser(db, userId, async (trx) => {
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
    await insertBm25Segment(trx, { ...owner, firstChunk: 0, ...segment });
    await raiseIndexVersion(trx, userId);
  });
  return { fileId: owner.fileId, ids };
}
