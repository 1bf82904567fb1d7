import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SearchAnswer, searchBody } from '#shared/api/search.ts';
import { changeModel } from '#shared/maintenance/reembed/change-model.ts';
import { embedFile } from '#shared/pipeline/process-pages.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { search } from '#shared/search/search.ts';
import { insertChunkedFile } from '#testing/chunked-file.ts';
import { writeTinySpladeModel } from '#testing/models/tiny-splade-model.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';

const MODEL = 'tiny/splade';
const TEXT = 'The car was left in the yard.';

let modelDir: string;
let container: TestContainer;
let userId: string;
beforeAll(async () => {
  modelDir = await mkdtemp(join(tmpdir(), 'omnirag-splade-'));
  const words = ['car', 'automobile', 'yard', 'garden', 'the', 'was', 'left', 'in'];
  await writeTinySpladeModel({ modelDir, modelId: MODEL, words, expansions: { car: ['automobile'] } });
  container = await newTestContainer({ SPARSE_MODEL: MODEL, MODEL_DIR: modelDir });
  userId = await insertTestUser(container.everyone);
});
afterAll(async () => {
  await container.close();
  await rm(modelDir, { recursive: true, force: true });
});

const fileOf = (id: string) =>
  container.everyone.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** The same system with other settings. */
const settings = (chosen: string): Embedders => ({ chosen, of: (model) => container.embedders.of(model) });

const ask = (query: string, more: object = {}, embedders = container.embedders): Promise<SearchAnswer> =>
  search(withParts(container, { embedders }), userId, searchBody.parse({ query, explain: true, ...more }));

describe('an index whose sparse vectors a model makes', () => {
  beforeAll(async () => {
    const file = await insertChunkedFile(container, userId, [TEXT]);
    await embedFile(container, file);
    await publishPending(container, 20_000, [file]);
    expect(await fileOf(file.fileId)).toMatchObject({ status: 'READY', chunks: 1, chunks_synced: 1 });
  });

  it('finds a passage by a word that it does not hold and that BM25 finds nothing for', async () => {
    const { results, degraded, explanation } = await ask('automobile', { mode: 'keyword' });
    expect(degraded).toEqual([]);
    expect(results.map(({ text, legs }) => [text, legs])).toEqual([
      [TEXT, { sparse: { rank: 1, score: expect.any(Number) } }],
    ]);
    expect(explanation).toMatchObject({ model: `hashing-384+${MODEL}`, weights: { sparse: 1, bm25: 9 } });
    expect((await ask('automobile', { legs: ['bm25'] })).results).toEqual([]);
    expect((await ask('garden', { legs: ['sparse'] })).results).toEqual([]);
  });

  it('scores by the weights themselves, in a collection of its own without inverse document frequencies', async () => {
    const { sparse } = container.embedders.of(container.embedders.chosen);
    const [passage, query] = (await sparse?.embed([TEXT, 'automobile'])) ?? [];
    const weights = new Map(passage?.indices.map((index, at) => [index, passage.values[at] ?? 0]));
    const product = (query?.indices ?? []).reduce(
      (sum, index, at) => sum + (query?.values[at] ?? 0) * (weights.get(index) ?? 0),
      0,
    );
    expect((await ask('automobile', { legs: ['sparse'] })).results[0]?.legs.sparse?.score).toBeCloseTo(product, 5);

    const { QDRANT_URL: url, QDRANT_API_KEY = '', QDRANT_COLLECTION } = container.config;
    const client = new QdrantClient({ url, headers: { 'api-key': QDRANT_API_KEY }, checkCompatibility: false });
    const { collections } = await client.getCollections();
    const own = collections.map(({ name }) => name).filter((name) => name.startsWith(QDRANT_COLLECTION));
    expect(own).toEqual([expect.stringContaining('hashing-384-tiny-splade')]);
    const { config } = await client.getCollection(own[0] ?? '');
    expect(config.params.sparse_vectors).toEqual({ sparse: {} });
  });

  it('answers without the leg, and takes nothing in, while SPARSE_MODEL names another', async () => {
    for (const chosen of ['hashing-384', 'hashing-384+tiny/other']) {
      const answer = await ask('car', {}, settings(chosen));
      expect(answer.degraded).toEqual(['sparse']);
      expect(answer.results.map(({ legs }) => Object.keys(legs).toSorted())).toEqual([['bm25', 'dense']]);
      const refused = await insertChunkedFile(container, userId, ['Another car.']);
      const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
      await embedFile(withParts(container, { embedders: settings(chosen), log }), refused);
      // It waits until the setting is right again.
      expect((await fileOf(refused.fileId)).status).toBe('CHUNKED');
      expect(log.warn.mock.calls[0]?.[0]).toMatchObject({
        err: {
          code: 'EMBEDDING_MODEL_CHANGED',
          message: expect.stringMatching(/made with tiny\/splade, but SPARSE_MODEL is (bm25|tiny\/other)\./),
        },
      });
    }
  });

  it('gives its place to one by BM25 and takes it back, found by the settings of before as well', async () => {
    const { db, vectorIndex, embedders } = container;
    const found = async () => {
      const { results, degraded } = await ask('automobile', { legs: ['sparse'] });
      expect(degraded).toEqual([]);
      return results.map(({ text }) => text);
    };
    for (const [model, texts] of [
      ['hashing-384', []],
      [`hashing-384+${MODEL}`, [TEXT]],
    ] as const) {
      const deps = { db, vectorIndex, embedder: embedders.of(model), limits: { outbox: { leaseSeconds: 30 } } };
      expect((await changeModel(deps, () => undefined)).outcome).toBe('changed');
      expect(await found()).toEqual(texts);
    }
  });
});
