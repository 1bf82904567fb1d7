import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { searchBody } from '#shared/api/search.ts';
import { findHiddenGenerations } from '#shared/db/chunks-repository.ts';
import { insertTombstone } from '#shared/db/tombstones-repository.ts';
import { chunkId } from '#shared/domain/ids.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { analyzeQuery } from '#shared/text/analyze-query.ts';
import { tokenId } from '#shared/text/sparse-bm25.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { search } from './search.ts';

const MODEL = { id: 'test-model', dimensions: 2, maxTokens: 0 };
const QUERY = 'pumps';

let container: TestContainer;
let userId: string;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());
beforeEach(async () => {
  userId = await insertTestUser(container.everyone);
});

/** A file whose points are all in the vector store, each as good a match of the query as `weight` says. */
async function publish(options: { chunks: number; weight: number; generation?: number; fileId?: string }) {
  const file = await insertEmbeddedFile(container.everyone, userId, options);
  await container.vectorIndex.ensure(userId, MODEL);
  await container.vectorIndex.upsert(
    userId,
    MODEL,
    file.chunkIds.map((id, chunkIndex) => ({
      id,
      fileId: file.fileId,
      generation: file.generation,
      chunkIndex,
      page: 1,
      dense: [1, 0],
      sparse: {
        indices: analyzeQuery(QUERY, new Map([['en', 1]])).flatMap(({ terms }) => terms.map(tokenId)),
        values: [options.weight],
      },
    })),
  );
  return file;
}

async function makeLive(file: { fileId: string; generation: number }): Promise<void> {
  await container.everyone
    .updateTable('files')
    .set({ status: 'READY', live_generation: file.generation })
    .where('id', '=', file.fileId)
    .execute();
}

/** Counts the calls; `before` is run before the first. */
function watched(before = async (): Promise<void> => undefined): { calls: number; index: VectorIndex } {
  const watch = {
    calls: 0,
    index: {
      ...container.vectorIndex,
      search: async (...call: Parameters<VectorIndex['search']>) => {
        watch.calls += 1;
        if (watch.calls === 1) await before();
        return container.vectorIndex.search(...call);
      },
    },
  };
  return watch;
}

const ask = (vectorIndex: VectorIndex, more: object = {}) =>
  search(withParts(container, { vectorIndex }), userId, searchBody.parse({ query: QUERY, mode: 'keyword', ...more }));

describe('generations that are not live', () => {
  it('take no place and no rank from those that are, in one call', async () => {
    const ready = await publish({ chunks: 1, weight: 1 });
    await makeLive(ready);
    await publish({ chunks: 200, weight: 9 });
    await publish({ chunks: 100, weight: 8, generation: 2, fileId: ready.fileId });
    const { results } = await ask(container.vectorIndex);
    expect(results.map(({ chunkId: id, legs }) => [id, legs.sparse?.rank])).toEqual([[ready.chunkIds[0], 1]]);
    const watch = watched();
    await ask(watch.index);
    expect(watch.calls).toBe(1);
  });

  it('are those of files under way, of failed attempts and of the deleted', async () => {
    const ready = await publish({ chunks: 1, weight: 1, generation: 2 });
    await makeLive(ready);
    await insertTombstone(container.everyone, { userId, fileId: ready.fileId, upToGeneration: 1 });
    const underWay = await publish({ chunks: 1, weight: 1 });
    const replaced = await publish({ chunks: 1, weight: 1, generation: 4 });
    const files = container.everyone.updateTable('files');
    await files.set({ live_generation: 3 }).where('id', '=', replaced.fileId).execute();
    const again = await publish({ chunks: 1, weight: 1, generation: 2 });
    await files.set({ status: 'STORED', chunks_embedded: 0 }).where('id', '=', again.fileId).execute();
    const unread = await publish({ chunks: 1, weight: 1 });
    await files.set({ status: 'STORED', chunks_embedded: 0 }).where('id', '=', unread.fileId).execute();
    const hidden = await findHiddenGenerations(container.everyone, userId, 100);
    const byId = (list: { fileId: string }[]) => list.toSorted((a, b) => a.fileId.localeCompare(b.fileId));
    expect(byId(hidden)).toEqual(
      byId([
        { fileId: ready.fileId, upTo: 1 },
        { fileId: underWay.fileId },
        { fileId: replaced.fileId, from: 4 },
        { fileId: again.fileId },
      ] as { fileId: string }[]),
    );
    expect(await findHiddenGenerations(container.everyone, await insertTestUser(container.everyone), 100)).toEqual([]);
  });

  it('that become live while somebody searches are found in place of those before', async () => {
    const first = await publish({ chunks: 2, weight: 1 });
    await makeLive(first);
    const second = await publish({ chunks: 2, weight: 1, generation: 2, fileId: first.fileId });
    const watch = watched(() => makeLive(second));
    const { results } = await ask(watch.index);
    expect(new Set(results.map((result) => result.chunkId))).toEqual(new Set(second.chunkIds));
    expect(watch.calls).toBe(2);
  });
});

it('one file of many good passages does not hide the others from a search by file', async () => {
  const [long, short] = [await publish({ chunks: 300, weight: 9 }), await publish({ chunks: 1, weight: 1 })];
  for (const file of [long, short]) await makeLive(file);
  const { results } = await ask(container.vectorIndex, { groupBy: 'file' });
  expect(results.map((result) => result.fileId)).toEqual([long.fileId, short.fileId]);
});

it('filters that leave too many files are refused', async () => {
  const file = await publish({ chunks: 1, weight: 1 });
  await makeLive(file);
  const row = container.everyone.selectFrom('files').where('id', '=', file.fileId);
  const { created_at } = await row.select('created_at').executeTakeFirstOrThrow();
  const copies = Array.from({ length: 20_000 }, (_, at) => ({
    id: chunkId(file.fileId, 9, at),
    user_id: userId,
    filename: 'copy.txt',
    content_type: 'text/plain',
    size: 1,
    source: 'bucket' as const,
    status: 'READY' as const,
    generation: 1,
    live_generation: 1,
    created_at,
  }));
  for (let at = 0; at < copies.length; at += 5_000) {
    await container.everyone
      .insertInto('files')
      .values(copies.slice(at, at + 5_000))
      .execute();
  }
  const allowed = await ask(container.vectorIndex, { filters: { types: ['text/plain'], sources: ['api'] } });
  expect(allowed.results).toHaveLength(1);
  const largest = await ask(container.vectorIndex, { filters: { sources: ['bucket'] } });
  expect(largest.results).toEqual([]);
  await expect(ask(container.vectorIndex, { filters: { types: ['text/plain'] } })).rejects.toMatchObject({
    code: 'VALIDATION_ERROR',
    errors: [{ field: 'filters', message: 'matches more than 20,000 files; narrow the filter' }],
  });
});
