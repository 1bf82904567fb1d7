import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QdrantClient } from '@qdrant/js-client-rest';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type RunningQdrant, startQdrant } from '#localstack/qdrant/server.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { ChunkPoint, PicturePoint } from '#shared/ports/vector-index.ts';
import { createQdrantVectorIndex, type QdrantVectorIndex } from './qdrant-vector-index.ts';

const MODEL: EmbeddingModel = { id: 'Xenova/tiny-en', dimensions: 3, maxTokens: 512 };
const KEY = 'the key of this test';

let server: RunningQdrant;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'qdrant-adapter-'));
  server = await startQdrant({ dataDir, port: 0, apiKey: KEY });
});

afterAll(async () => {
  await server.stop();
  await rm(dataDir, { recursive: true });
});

function chunk(fileId: string, chunkIndex: number, more: Partial<ChunkPoint> = {}): ChunkPoint {
  const dense = [1, chunkIndex, 0];
  return {
    id: randomUUID(),
    fileId,
    generation: 1,
    chunkIndex,
    page: chunkIndex + 1,
    dense,
    sparse: { indices: [1, 10 + chunkIndex], values: [1, 1] },
    ...more,
  };
}

function picture(fileId: string, page: number, image: number[], generation = 1): PicturePoint {
  return { id: randomUUID(), fileId, generation, chunkIndex: -page, page, image };
}

function rawClient(): QdrantClient {
  return new QdrantClient({ url: server.url, headers: { 'api-key': KEY }, checkCompatibility: false });
}

describe.each(['collection-per-user', 'shared'] as const)('the Qdrant vector index, %s', (tenancy) => {
  const collection = `test_${tenancy.replaceAll('-', '_')}`;
  const open = (more: { url?: string; timeoutMs?: number; collection?: string } = {}): QdrantVectorIndex =>
    createQdrantVectorIndex({ url: server.url, apiKey: KEY, collection, tenancy, timeoutMs: 5000, ...more });

  it('has nothing of a person before ensure', async () => {
    const index = open({ collection: `${collection}_unknown` });
    const owner = randomUUID();
    expect(await index.search(owner, { legs: { dense: [1, 0, 0] }, weights: {}, limit: 5 })).toEqual({
      fused: [],
      legs: { dense: [] },
    });
    expect(await index.count(owner)).toBe(0);
    await index.deleteFile(owner, randomUUID(), 9);
  });

  it('makes the place once, from many callers at the same time', async () => {
    const owner = randomUUID();
    await Promise.all(
      [open(), open(), open()].flatMap((index) => [index.ensure(owner, MODEL), index.ensure(owner, MODEL)]),
    );
    const alias = tenancy === 'shared' ? collection : `${collection}_${owner}`;
    const info = await rawClient().getCollection(alias);
    expect(info.config.params).toMatchObject({
      vectors: { dense: { size: 3, distance: 'Cosine' } },
      sparse_vectors: { sparse: { modifier: 'idf' } },
    });
    expect(info.payload_schema).toMatchObject({
      user_id: { data_type: 'keyword', params: { is_tenant: true } },
      file_id: { data_type: 'keyword' },
      generation: { data_type: 'integer' },
    });
    const { aliases } = await rawClient().getAliases();
    const [found] = aliases.filter(({ alias_name }) => alias_name === alias);
    expect(found?.collection_name).toMatch(new RegExp(`^${alias}__xenova-tiny-en-[0-9a-f]{8}$`));
  });

  it('finds by both legs, and tells the ranks in each', async () => {
    const [index, owner, file] = [open(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    const both = chunk(file, 0, { dense: [1, 0, 0], sparse: { indices: [5], values: [1] } });
    const denseOnly = chunk(file, 1, { dense: [0.9, 0.1, 0], sparse: { indices: [6], values: [1] } });
    const sparseOnly = chunk(file, 2, { dense: [-1, 0, 0], sparse: { indices: [5, 7], values: [2, 1] } });
    await index.upsert(owner, MODEL, [both, denseOnly, sparseOnly]);
    const legs = { dense: [1, 0, 0], sparse: { indices: [5], values: [1] } };
    const answer = await index.search(owner, { legs, weights: {}, limit: 10 });
    expect(answer.legs.dense?.map(({ id }) => id)).toEqual([both.id, denseOnly.id, sparseOnly.id]);
    expect(answer.legs.sparse?.map(({ id }) => id)).toEqual([sparseOnly.id, both.id]);
    expect(answer.legs.dense?.[0]?.score).toBeCloseTo(1, 5);
    const scores = new Map(answer.fused.map(({ id, score }) => [id, score]));
    expect(scores.get(both.id)).toBeCloseTo(1 / 2 + 1 / 3, 6);
    expect(scores.get(sparseOnly.id)).toBeCloseTo(1 / 2 + 1 / 4, 6);
    expect(scores.get(denseOnly.id)).toBeCloseTo(1 / 3, 6);

    const weighted = await index.search(owner, { legs, weights: { dense: 0 }, limit: 1 });
    expect(weighted.fused.map(({ id }) => id)).toEqual([sparseOnly.id]);
    expect(weighted.legs.dense).toHaveLength(3);
  });

  it('takes the weights of a sparse model as they are, apart from those of another', async () => {
    const [index, owner, file] = [open(), randomUUID(), randomUUID()];
    const [splade, other] = [MODEL.id, MODEL.id].map((id, at) => ({ ...MODEL, id: `${id}+tiny/splade-${at}` }));
    if (!splade || !other) throw new Error('There are two models');
    const points = [chunk(file, 0, { sparse: { indices: [5, 9], values: [2, 1] } }), chunk(file, 1)];
    await index.ensure(owner, splade);
    await index.upsert(owner, splade, points);
    const legs = { sparse: { indices: [5], values: [3] } };
    const found = await index.search(owner, { model: splade.id, legs, weights: {}, limit: 5 });
    expect(found.legs.sparse).toEqual([{ id: points[0]?.id, score: 6 }]);
    await index.ensure(owner, other);
    expect((await index.search(owner, { model: other.id, legs, weights: {}, limit: 5 })).fused).toEqual([]);
    expect(await index.count(owner, file, splade.id)).toBe(2);
    expect(await index.count(owner, file, MODEL.id)).toBe(0);
  });

  it('answers one leg alone as it is', async () => {
    const [index, owner, file] = [open(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    const points = [0, 1, 2].map((at) => chunk(file, at));
    await index.upsert(owner, MODEL, points);
    const dense = await index.search(owner, { legs: { dense: [1, 0, 0] }, weights: {}, limit: 2 });
    expect(dense.fused.map(({ id }) => id)).toEqual([points[0]?.id, points[1]?.id]);
    expect(dense.legs.dense?.slice(0, 2)).toEqual(dense.fused);
    const sparse = await index.search(owner, {
      legs: { sparse: { indices: [11], values: [1] } },
      weights: {},
      limit: 2,
    });
    expect(sparse.fused.map(({ id }) => id)).toEqual([points[1]?.id]);
    expect(sparse.legs.dense).toBeUndefined();
    const nothing = await index.search(owner, { legs: { sparse: { indices: [], values: [] } }, weights: {}, limit: 2 });
    expect(nothing).toEqual({ fused: [], legs: { sparse: [] } });
  });

  it('keeps people apart, with the same file and the same text', async () => {
    const [index, ada, bob, file] = [open(), randomUUID(), randomUUID(), randomUUID()];
    const [hers, his] = [chunk(file, 0), chunk(file, 0)];
    for (const owner of [ada, bob]) await index.ensure(owner, MODEL);
    await index.upsert(ada, MODEL, [hers, chunk(file, 1)]);
    await index.upsert(bob, MODEL, [his]);
    const legs = { dense: [1, 0, 0], sparse: { indices: [1], values: [1] } };
    for (const fileIds of [undefined, [file]]) {
      const { fused } = await index.search(bob, { legs, weights: {}, limit: 10, ...(fileIds ? { fileIds } : {}) });
      expect(fused.map(({ id }) => id)).toEqual([his.id]);
    }
    expect(await index.count(bob)).toBe(1);
    expect(await index.count(ada, file)).toBe(2);
    await index.deleteFile(bob, file, 99);
    expect(await index.count(bob)).toBe(0);
    expect(await index.count(ada)).toBe(2);
  });

  it("scores words by the person's own texts only", async () => {
    const [index, ada, bob] = [open(), randomUUID(), randomUUID()];
    for (const owner of [ada, bob]) await index.ensure(owner, MODEL);
    const rare = chunk(randomUUID(), 0, { sparse: { indices: [77], values: [1] } });
    await index.upsert(ada, MODEL, [rare, chunk(randomUUID(), 1)]);
    const score = async () => {
      const query = { legs: { sparse: { indices: [77], values: [1] } }, weights: {}, limit: 1 };
      return (await index.search(ada, query)).fused[0]?.score;
    };
    const before = await score();
    expect(before).toBeCloseTo(Math.log((2 - 1 + 0.5) / 1.5 + 1), 5);
    await index.upsert(
      bob,
      MODEL,
      [0, 1, 2].map((at) => chunk(randomUUID(), at, { sparse: { indices: [77], values: [1] } })),
    );
    expect(await score()).toBe(before);
  });

  it('deletes the generations of a file up to one, and no later one', async () => {
    const [index, owner, file, other] = [open(), randomUUID(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    await index.upsert(
      owner,
      MODEL,
      [1, 2, 3].map((generation) => chunk(file, 0, { generation })),
    );
    await index.upsert(owner, MODEL, [chunk(other, 0)]);
    await index.deleteFile(owner, file, 2);
    expect(await index.count(owner, file)).toBe(1);
    expect(await index.count(owner)).toBe(2);
    await index.deleteFile(owner, file, 2);
    expect(await index.count(owner)).toBe(2);
  });

  it('narrows a search to files; to none, without asking', async () => {
    const [index, owner, one, two] = [open(), randomUUID(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    await index.upsert(owner, MODEL, [chunk(one, 0), chunk(two, 0)]);
    const search = (fileIds: string[]) =>
      index.search(owner, { legs: { dense: [1, 0, 0] }, weights: {}, limit: 10, fileIds });
    expect((await search([one])).fused).toHaveLength(1);
    expect((await search([one, two])).fused).toHaveLength(2);
    expect(await search([])).toEqual({ fused: [], legs: { dense: [] } });
  });

  it("leaves hidden generations out of every leg, so that they take nobody's place", async () => {
    const [index, owner, ready, failed, deleted] = [open(), randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    const [shown, kept] = [chunk(ready, 50), chunk(deleted, 60, { generation: 3 })];
    await index.upsert(owner, MODEL, [
      shown,
      kept,
      ...Array.from({ length: 200 }, (_, at) => chunk(failed, at % 9)),
      ...[2, 3].map((generation) => chunk(ready, 0, { generation })),
      ...[1, 2].map((generation) => chunk(deleted, 0, { generation })),
    ]);
    const hidden = [{ fileId: failed }, { fileId: ready, from: 2 }, { fileId: deleted, upTo: 2 }];
    const legs = { dense: [1, 0, 0], sparse: { indices: [1], values: [1] } };
    const answer = await index.search(owner, { legs, weights: {}, limit: 5, hidden });
    expect(answer.legs.dense?.map(({ id }) => id)).toEqual([shown.id, kept.id]);
    expect(new Set(answer.legs.sparse?.map(({ id }) => id))).toEqual(new Set([shown.id, kept.id]));
    expect(new Set(answer.fused.map(({ id }) => id))).toEqual(new Set([shown.id, kept.id]));
  });

  it('keeps pictures beside passages, with vectors of their own size, and finds them in a leg of their own', async () => {
    const [index, owner, file, album] = [open(), randomUUID(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    const passage = chunk(file, 0);
    await index.upsert(owner, MODEL, [passage]);
    const legs = { dense: [1, 0, 0], image: [1, 0] };
    const ask = (more: object = {}) => index.search(owner, { legs, weights: {}, limit: 10, ...more });

    // Room for pictures is made when the first one comes, in a collection that is in use.
    await Promise.all([open().ensure(owner, MODEL, 2), index.ensure(owner, MODEL, 2)]);
    const [red, blue] = [picture(album, 1, [1, 0]), picture(album, 2, [0.6, 0.8])];
    await index.upsert(owner, MODEL, [red, blue, chunk(file, 1)]);
    const both = await ask();
    expect(both.legs.image?.map(({ id }) => id)).toEqual([red.id, blue.id]);
    expect(both.legs.dense?.[0]?.id).toBe(passage.id);
    expect(both.fused).toHaveLength(2);
    expect((await ask({ floors: { image: 0.7 } })).legs.image?.map(({ id }) => id)).toEqual([red.id]);
    expect((await ask({ fileIds: [file] })).legs.image).toEqual([]);
    expect((await ask({ hidden: [{ fileId: album }] })).legs.image).toEqual([]);
    const alone = await index.search(owner, { legs: { image: [0, 1] }, weights: {}, limit: 1 });
    expect(alone.fused).toEqual([]);
    expect(alone.legs.image?.[0]?.id).toBe(blue.id);

    expect(await index.count(owner)).toBe(4);
    await index.deleteFile(owner, album, 1);
    expect(await index.count(owner)).toBe(2);
    expect((await ask()).legs.image).toEqual([]);
  });

  it("shows nobody another person's pictures, and nothing to those who have none", async () => {
    const base = `${collection}_pictures`;
    const [index, ada, bob] = [open({ collection: base }), randomUUID(), randomUUID()];
    await index.ensure(bob, MODEL);
    const his = chunk(randomUUID(), 0);
    await index.upsert(bob, MODEL, [his]);
    const ask = () => index.search(bob, { legs: { dense: [1, 0, 0], image: [1, 0] }, weights: {}, limit: 10 });
    const before = await ask();
    expect(before.fused.map(({ id }) => id)).toEqual([his.id]);
    expect(before.legs.image).toEqual([]);
    await index.ensure(ada, MODEL, 2);
    await index.upsert(ada, MODEL, [picture(randomUUID(), 1, [1, 0])]);
    const after = await ask();
    expect(after.legs).toEqual(before.legs);
    expect(after.fused.map(({ id }) => id)).toEqual([his.id]);
    await expect(index.ensure(ada, MODEL, 3)).rejects.toMatchObject({ code: 'EMBEDDING_SIZE_MISMATCH' });
  });

  it('puts more points than one request takes, and the same ones twice as one', async () => {
    const [index, owner, file] = [open(), randomUUID(), randomUUID()];
    await index.ensure(owner, MODEL);
    const points = Array.from({ length: 450 }, (_, at) => chunk(file, at));
    await index.upsert(owner, MODEL, points);
    await index.upsert(owner, MODEL, points);
    expect(await index.count(owner, file)).toBe(450);
  });

  it('never mixes two models: another one fills its own collection, and searches stay where they were', async () => {
    const [owner, base] = [randomUUID(), `${collection}_models`];
    const index = open({ collection: base });
    const next: EmbeddingModel = { id: 'Xenova/other', dimensions: 2, maxTokens: 512 };
    await index.ensure(owner, MODEL);
    await index.upsert(owner, MODEL, [chunk(randomUUID(), 0)]);
    await index.ensure(owner, next);
    await index.upsert(
      owner,
      next,
      [1, 2].map((at) => chunk(randomUUID(), at, { dense: [1, at] })),
    );
    expect(await index.count(owner)).toBe(1);
    const { fused } = await index.search(owner, { legs: { dense: [1, 0, 0] }, weights: {}, limit: 10 });
    expect(fused).toHaveLength(1);
  });

  it('names both sizes when vectors do not fit', async () => {
    const [index, owner] = [open(), randomUUID()];
    await index.ensure(owner, MODEL);
    const wrong = chunk(randomUUID(), 0, { dense: [1, 2, 3, 4] });
    const refusal = { code: 'EMBEDDING_SIZE_MISMATCH', message: expect.stringMatching(/\b3\b.*\b4\b/) };
    await expect(index.upsert(owner, MODEL, [wrong])).rejects.toMatchObject(refusal);
    const query = { legs: { dense: [1, 2, 3, 4] }, weights: {}, limit: 1 };
    await expect(index.search(owner, query)).rejects.toMatchObject(refusal);
    await expect(open().ensure(owner, { ...MODEL, dimensions: 4 })).rejects.toMatchObject(refusal);
    expect(await index.count(owner)).toBe(0);
  });

  it('makes the collection again when it went away', async () => {
    const [owner, base] = [randomUUID(), `${collection}_again`];
    const index = open({ collection: base });
    await index.ensure(owner, MODEL);
    const { collections } = await rawClient().getCollections();
    for (const { name } of collections.filter((one) => one.name.startsWith(base)))
      await rawClient().deleteCollection(name);
    await index.upsert(owner, MODEL, [chunk(randomUUID(), 0)]);
    expect(await index.count(owner)).toBe(1);
  });

  it('drops a person whole, of every model, and nobody else', async () => {
    const [index, ada, bob] = [open(), randomUUID(), randomUUID()];
    const other: EmbeddingModel = { id: 'Xenova/other', dimensions: 3, maxTokens: 512 };
    for (const owner of [ada, bob]) {
      for (const model of [MODEL, other]) {
        await index.ensure(owner, model);
        await index.upsert(owner, model, [chunk(randomUUID(), 0)]);
      }
    }
    await index.dropOwner(ada);
    expect(await index.count(ada)).toBe(0);
    expect(await index.count(bob)).toBe(1);
    const { collections } = await rawClient().getCollections();
    for (const { name } of collections) {
      const left = await rawClient().count(name, { filter: { must: [{ key: 'user_id', match: { value: ada } }] } });
      expect(left.count, name).toBe(0);
    }
    await index.ensure(ada, MODEL);
    await index.upsert(ada, MODEL, [chunk(randomUUID(), 0)]);
    expect(await index.count(ada)).toBe(1);
  });

  it('tells a store that is down, slow or locked from an error of ours', async () => {
    const warn = vi.spyOn(console, 'warn');
    const down = open({ url: 'http://127.0.0.1:1' });
    await expect(down.ping()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE', retryAfterSeconds: 5 });
    await expect(down.count(randomUUID())).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await expect(down.ensure(randomUUID(), MODEL)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    const locked = createQdrantVectorIndex({ url: server.url, apiKey: 'wrong', collection, tenancy, timeoutMs: 5000 });
    await expect(locked.ping()).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await open().ping();
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});
