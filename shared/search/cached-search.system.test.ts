import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningQdrant, startQdrant } from '#localstack/qdrant/server.ts';
import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { createTieredCache } from '#shared/adapters/memory/tiered-cache.ts';
import { createRedisCache } from '#shared/adapters/redis/redis-cache.ts';
import { type SearchAnswer, searchBody } from '#shared/api/search.ts';
import { raiseIndexVersion } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import type { Container } from '#shared/runtime/container.ts';
import { newPerson, until, untilSettled, uploadBytes } from '#testing/person.ts';
import { publishFile } from '#testing/published-file.ts';
import { hasRedis, startRedis, type TestRedis } from '#testing/redis.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { cachedSearch } from './cached-search.ts';

const TEXTS = [
  'The water pump needs oil every month.',
  'Filters of the heater are changed in autumn.',
  'A pump for the cellar.',
];
/** A search that waited for a part that is away would take longer. */
const WITHOUT_WAITING_MS = 4_000;
const withRedis = hasRedis();

let redis: TestRedis | undefined;
let qdrant: RunningQdrant;
let qdrantDir: string;
let container: TestContainer;
let userId: string;
let fileId: string;

beforeAll(async () => {
  redis = withRedis ? await startRedis() : undefined;
  qdrantDir = await mkdtemp(join(tmpdir(), 'omnirag-qdrant-'));
  qdrant = await startQdrant({ dataDir: qdrantDir, port: 0 });
  container = await newTestContainer({
    QDRANT_URL: qdrant.url,
    QDRANT_API_KEY: '',
    LOG_LEVEL: 'silent',
    ...(redis ? { REDIS_URL: redis.url } : {}),
  });
});
afterAll(async () => {
  await container.cache.close();
  await container.close();
  await qdrant.stop();
  await redis?.remove();
  await rm(qdrantDir, { recursive: true, force: true });
});
beforeEach(async () => {
  userId = await insertTestUser(container.everyone);
  fileId = (await publishFile(container, userId, TEXTS)).fileId;
});

const ask = (query: string, more: object = {}, parts: Partial<Container> = {}): Promise<SearchAnswer> =>
  cachedSearch(withParts(container, parts), userId, searchBody.parse({ query, ...more }));
const texts = ({ results }: SearchAnswer) => results.map(({ text }) => text);

async function stopQdrant(): Promise<void> {
  await qdrant.stop();
}

async function bringQdrantBack(): Promise<void> {
  const { port } = new URL(qdrant.url);
  qdrant = await startQdrant({ dataDir: qdrantDir, port: Number(port) });
}

async function quickly<T>(work: Promise<T>): Promise<T> {
  const begun = performance.now();
  const answer = await work;
  expect(performance.now() - begun).toBeLessThan(WITHOUT_WAITING_MS);
  return answer;
}

describe('an answer that is kept', () => {
  it('is given to whoever asks for the same, however it is written', async () => {
    const first = await ask('water pump', { filters: { types: ['text/plain'], sources: ['api', 'drive'] } });
    expect(first).toMatchObject({ cached: false, degraded: [] });
    const again = await ask('  water\n pump ', { filters: { sources: ['drive', 'api'], types: ['text/plain'] } });
    expect(again).toEqual({ ...first, cached: true, tookMs: expect.any(Object) });
    expect((await ask('water pump', { limit: 2 })).cached).toBe(false);
    const other = await insertTestUser(container.everyone);
    const theirs = await cachedSearch(container, other, searchBody.parse({ query: 'water pump' }));
    expect(theirs).toMatchObject({ cached: false, results: [] });
  });

  it('is not one of another rerank model, nor one that lacks it', async () => {
    const reranker = { modelId: 'tiny/a', score: async (_: string, given: readonly string[]) => given.map(() => 0) };
    await ask('water pump');
    expect(await ask('water pump', {}, { reranker })).toMatchObject({ cached: false, degraded: [] });
    expect((await ask('water pump', {}, { reranker })).cached).toBe(true);
    const away = { modelId: 'tiny/b', score: () => Promise.reject(new AppError('MODEL_UNAVAILABLE')) };
    for (const _ of [1, 2]) {
      const answer = await ask('water pump', {}, { reranker: away });
      expect(answer).toMatchObject({ cached: false, degraded: ['rerank'] });
    }
  });

  it('is out of reach as soon as a file changes', async () => {
    await ask('pump');
    await publishFile(container, userId, ['Another pump.']);
    expect(texts(await ask('pump'))).toContain('Another pump.');
    await deleteFile(container, userId, fileId);
    expect(texts(await ask('pump'))).toEqual(['Another pump.']);
  });

  it('is not one from which passages that were found had to be left out', async () => {
    const model = await container.embedder.describe();
    const [dense = []] = await container.embedder.embedPassages(['water pump']);
    // What an upsert leaves that came late: points of which no row knows.
    const lost = { id: randomUUID(), fileId: randomUUID(), generation: 1, chunkIndex: 0, page: 1, dense };
    await container.vectorIndex.upsert(userId, model, [{ ...lost, sparse: { indices: [1], values: [1] } }]);
    for (let time = 0; time < 2; time += 1) {
      const answer = await ask('water pump');
      expect(answer).toMatchObject({ cached: false, degraded: [] });
      expect(texts(answer)).toContain(TEXTS[0]);
    }
  });

  it('has the name that a file has now, and is found by it, when the same bytes come again under another', async () => {
    const person = await newPerson();
    const text = `The lighthouse keeper ${randomUUID()} polishes the lens at dawn.`;
    const upload = (name: string) => uploadBytes(person, name, text, { externalId: 'note' });
    const { id } = await upload('alpha.txt');
    await untilSettled(person, id);
    const search = (more: object = {}) =>
      person.request<SearchAnswer>('POST', '/search', { query: 'lighthouse keeper lens', ...more });
    const filenames = ({ results }: SearchAnswer) => results.map(({ filename }) => filename);
    for (let time = 0; time < 2; time += 1) {
      expect(filenames(await search())).toEqual(['alpha.txt']);
      expect(filenames(await search({ filters: { filename: 'beta' } }))).toEqual([]);
    }
    await upload('beta.txt');
    await until('the new name', 30_000, async () =>
      (await person.file(id)).filename === 'beta.txt' ? true : undefined,
    );
    expect(filenames(await search())).toEqual(['beta.txt']);
    expect(filenames(await search({ filters: { filename: 'alpha' } }))).toEqual([]);
    expect(filenames(await search({ filters: { filename: 'beta' } }))).toEqual(['beta.txt']);
  });

  it('is not one that was made while something changed', async () => {
    const vectorIndex: VectorIndex = {
      ...container.vectorIndex,
      async search(...call) {
        await raiseIndexVersion(container.everyone, userId);
        return container.vectorIndex.search(...call);
      },
    };
    await ask('cellar', {}, { vectorIndex });
    expect((await ask('cellar')).cached).toBe(false);
    expect((await ask('cellar')).cached).toBe(true);
  });

  it('is made once for all who ask at the same time', async () => {
    let calls = 0;
    const vectorIndex: VectorIndex = {
      ...container.vectorIndex,
      search(...call) {
        calls += 1;
        return container.vectorIndex.search(...call);
      },
    };
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask('heater', {}, { vectorIndex })));
    expect(new Set(answers.map((answer) => texts(answer).join())).size).toBe(1);
    expect(calls).toBe(1);
  });
});

describe('with the vector store away', () => {
  afterEach(async () => {
    if (
      !(await container.vectorIndex.ping().then(
        () => true,
        () => false,
      ))
    )
      await bringQdrantBack();
  });

  it('words still answer, the rest is named, and nothing of it is kept', async () => {
    await stopQdrant();
    for (let time = 0; time < 2; time += 1) {
      const answer = await quickly(ask('pump'));
      expect(answer).toMatchObject({ cached: false, degraded: ['dense', 'sparse'] });
      expect(texts(answer).sort()).toEqual([TEXTS[2], TEXTS[0]]);
      expect(Object.keys(answer.results[0]?.legs ?? {})).toEqual(['bm25']);
    }
    await expect(ask('pump', { mode: 'semantic' })).rejects.toMatchObject({ code: 'SEARCH_UNAVAILABLE' });
    await bringQdrantBack();
    const back = await ask('pump');
    expect(back).toMatchObject({ cached: false, degraded: [] });
    expect(back.results[0]?.legs.dense).toBeDefined();
    expect((await ask('pump')).cached).toBe(true);
  });

  it.skipIf(!withRedis)('and Redis as well', async () => {
    await stopQdrant();
    await redis?.stop();
    const answer = await quickly(ask('oil'));
    expect(answer).toMatchObject({ cached: false, degraded: ['dense', 'sparse'] });
    expect(texts(answer)).toEqual([TEXTS[0]]);
    await redis?.start();
    await bringQdrantBack();
    expect(await ask('oil')).toMatchObject({ cached: false, degraded: [] });
  });
});

it('a leg that is slow is left out when its time is over', async () => {
  const vectorIndex: VectorIndex = { ...container.vectorIndex, search: () => new Promise(() => undefined) };
  const { limits } = withLimits(container, { search: { ...container.limits.search, legTimeoutMs: 200 } });
  const answer = await quickly(ask('pump', {}, { vectorIndex, limits }));
  expect(answer.degraded).toEqual(['dense', 'sparse']);
  expect(answer.results).toHaveLength(2);
});

describe.skipIf(!withRedis)('with Redis', () => {
  /** A second process: it has nothing near and everything far. */
  async function fromAnotherProcess<T>(work: (deps: Partial<Container>) => Promise<T>): Promise<T> {
    const far = createRedisCache(redis?.url ?? '', () => undefined);
    const cache = createTieredCache(createMemoryCache(), far);
    try {
      return await work({ cache });
    } finally {
      await cache.close();
    }
  }

  it('other processes know the answer', async () => {
    await fromAnotherProcess(async (deps) => {
      let asked = 0;
      // After a failure of Redis nobody asks it for a second.
      await until('an answer of another process', 10_000, async () => {
        asked += 1;
        await ask(`autumn ${asked}`);
        return (await ask(`autumn ${asked}`, {}, deps)).cached || undefined;
      });
    });
  });

  it('without an answer from it, search goes on, and what it still holds is not taken for true later', async () => {
    expect(texts(await ask('pump'))).toContain(TEXTS[0]);
    redis?.pause();
    try {
      await fromAnotherProcess(async (deps) => {
        for (const query of ['pump', 'cellar', 'heater']) {
          expect(await quickly(ask(query, {}, deps))).toMatchObject({ cached: false, degraded: [] });
        }
        await deleteFile(container, userId, fileId);
        redis?.resume();
        await until('Redis to be asked again', 10_000, async () => {
          expect(texts(await ask('pump', {}, deps))).toEqual([]);
          const filled = await ask('oil', {}, deps);
          return filled.cached ? filled : undefined;
        });
        expect(texts(await ask('pump', {}, deps))).toEqual([]);
      });
    } finally {
      redis?.resume();
    }
  });

  it('stopped, search goes on', async () => {
    await redis?.stop();
    try {
      await fromAnotherProcess(async (deps) => {
        const answer = await quickly(ask('filters', {}, deps));
        expect(answer).toMatchObject({ cached: false, degraded: [] });
        expect(texts(answer)[0]).toBe(TEXTS[1]);
      });
    } finally {
      await redis?.start();
    }
  });
});
