import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTeiReranker } from '#shared/adapters/text-embeddings-inference/tei-reranker.ts';
import { createTransformersEmbedder } from '#shared/adapters/transformers/transformers-embedder.ts';
import { createTransformersReranker, type LocalReranker } from '#shared/adapters/transformers/transformers-reranker.ts';
import { type SearchAnswer, type SearchLeg, searchBody } from '#shared/api/search.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import type { Container } from '#shared/runtime/container.ts';
import { writeTinyCrossEncoder } from '#testing/models/tiny-cross-encoder.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { publishFile } from '#testing/published-file.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { SYNONYM_GROUPS, synonymCorpus } from '#testing/synonyms.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { MOST_RERANKED } from './rerank-passages.ts';
import { search } from './search.ts';

const MODEL = 'tiny/synonyms';
const { passages, queries } = synonymCorpus();

let container: TestContainer;
let modelDir: string;
let embedder: Embedder;
let userId: string;
let ids: string[];
beforeAll(async () => {
  container = await newTestContainer();
  modelDir = await mkdtemp(join(tmpdir(), 'omnirag-models-'));
  await writeTinyEmbeddingModel({
    modelDir,
    modelId: MODEL,
    words: SYNONYM_GROUPS.flat(),
    synonyms: SYNONYM_GROUPS,
  });
  embedder = await createTransformersEmbedder({ modelId: MODEL, modelDir, allowRemote: false });
  userId = await insertTestUser(container.everyone);
  const { db, everyone, vectorIndex } = container;
  const parts = { db, everyone, vectorIndex };
  ids = (await publishFile({ ...parts, embedder }, userId, passages)).ids;
});
afterAll(async () => {
  await container.close();
  await rm(modelDir, { recursive: true, force: true });
});

const ask = (query: string, more: object = {}, parts: Partial<Container> = {}): Promise<SearchAnswer> =>
  search(
    withParts(container, { embedders: { chosen: MODEL, of: () => embedder }, ...parts }),
    userId,
    searchBody.parse({ query, ...more }),
  );

/** Of all answers there are, the share that comes first. */
async function shareFound(legs?: SearchLeg[]): Promise<number> {
  let found = 0;
  for (const { text, answers } of queries) {
    const { results, degraded } = await ask(text, { limit: answers.length, ...(legs ? { legs } : {}) });
    expect(degraded).toEqual([]);
    found += results.filter(({ chunkId }) => answers.some((answer) => ids[answer] === chunkId)).length;
  }
  return found / queries.flatMap(({ answers }) => answers).length;
}

describe('where half of the answers share no word with the question', () => {
  it('the fused answer is better than every leg alone', async () => {
    const fused = await shareFound();
    for (const leg of ['dense', 'sparse', 'bm25'] as const) expect(await shareFound([leg]), leg).toBeLessThan(fused);
    expect(fused).toBeGreaterThan(0.8);
  });

  it('an explained answer says why: what each leg is worth and adds, and what the words are worth', async () => {
    const [{ text = '', answers = [] } = {}] = queries;
    const { results, explanation } = await ask(text, { explain: true });
    const byWord = results.find(({ chunkId }) => chunkId === ids[answers[0] ?? -1]);
    expect(byWord?.legs.bm25?.rank).toBe(1);
    expect(byWord?.shares?.bm25).toBeCloseTo((explanation?.weights.bm25 ?? 0) / 3, 9);
    const sum = Object.values(byWord?.shares ?? {}).reduce((total, share) => total + share, 0);
    expect(byWord?.score).toBeCloseTo(sum, 9);
    expect(explanation).toMatchObject({ model: MODEL, passages: passages.length, leans: ['rare-term'] });
    expect(explanation?.terms[0]).toMatchObject({ forms: ['zqavx'], passages: 1 });
    expect(explanation?.weights).toMatchObject({ dense: 1, sparse: 1, bm25: 1 });
  });
});

it('pages of one question follow each other, whatever their size', async () => {
  const page = async (offset: number, limit: number) =>
    (await ask('car doctor yesterday', { offset, limit })).results.map(({ chunkId }) => chunkId);
  const whole = await page(0, 100);
  expect(whole.length).toBe(passages.length);
  const parts: string[] = [];
  for (let offset = 0; offset < whole.length; offset += 7) parts.push(...(await page(offset, 7)));
  expect(parts).toEqual(whole);
});

describe('a cross-encoder that reads the best passages once more', () => {
  const RERANKER = 'tiny/cross-encoder';
  const QUESTION = 'car doctor yesterday';
  let reranker: LocalReranker;
  beforeAll(async () => {
    await writeTinyCrossEncoder({
      modelDir,
      modelId: RERANKER,
      words: SYNONYM_GROUPS.flat(),
      synonyms: SYNONYM_GROUPS,
    });
    reranker = await createTransformersReranker({ modelId: RERANKER, modelDir, allowRemote: false });
  });
  afterAll(() => reranker.dispose());

  const limitsWith = (legTimeoutMs: number) =>
    withLimits(container, { search: { ...container.limits.search, legTimeoutMs } }).limits;
  const askWith = (by: Reranker, more: object = {}, legTimeoutMs = 20_000): Promise<SearchAnswer> =>
    ask(QUESTION, { limit: 100, ...more }, { reranker: by, limits: limitsWith(legTimeoutMs) });
  const idsOf = ({ results }: SearchAnswer) => results.map(({ chunkId }) => chunkId);

  it('orders a fixed beginning of the fused order by its scores, and says so', async () => {
    const fused = idsOf(await ask(QUESTION, { limit: 100 }));
    const answer = await askWith(reranker, { explain: true });
    expect(answer.degraded).toEqual([]);
    const [first, rest] = [answer.results.slice(0, MOST_RERANKED), answer.results.slice(MOST_RERANKED)];
    expect(rest.length).toBeGreaterThan(0);
    expect(rest.map(({ chunkId }) => chunkId)).toEqual(fused.slice(MOST_RERANKED));
    expect(rest.filter(({ legs, fusedRank }) => legs.rerank ?? fusedRank)).toEqual([]);

    const texts = new Map(answer.results.map(({ chunkId, text }) => [chunkId, text]));
    const scores = await reranker.score(
      QUESTION,
      fused.slice(0, MOST_RERANKED).map((id) => texts.get(id) ?? ''),
    );
    const expected = scores
      .map((score, at) => ({ chunkId: fused[at], fusedRank: at + 1, score }))
      .sort((a, b) => b.score - a.score || a.fusedRank - b.fusedRank);
    expect(first).toMatchObject(
      expected.map(({ score, ...place }, at) => ({ ...place, legs: { rerank: { rank: at + 1, score } } })),
    );
    expect(first.map(({ chunkId }) => chunkId)).not.toEqual(fused.slice(0, MOST_RERANKED));
    expect(answer.explanation?.rerank).toMatchObject({ model: RERANKER, passages: MOST_RERANKED });
    expect((await askWith(reranker)).results[0]?.fusedRank).toBeUndefined();
  });

  it('pages without gaps or repetition across the end of what is reranked', async () => {
    const whole = idsOf(await askWith(reranker));
    const parts: string[] = [];
    for (let offset = 0; offset < whole.length; offset += 30) {
      parts.push(...idsOf(await askWith(reranker, { offset, limit: 30 })));
    }
    expect(parts).toEqual(whole);
  });

  it('leaves the fused order as it is while it is away or slow, which degraded names', async () => {
    const fused = idsOf(await ask(QUESTION, { limit: 100 }));
    const away = createTeiReranker({ url: 'http://127.0.0.1:1', modelId: RERANKER, timeoutMs: 500 });
    const slow: Reranker = { modelId: RERANKER, score: () => new Promise(() => undefined) };
    for (const answer of [await askWith(away, { explain: true }), await askWith(slow, { explain: true }, 1_000)]) {
      expect(answer.degraded).toEqual(['rerank']);
      expect(idsOf(answer)).toEqual(fused);
      expect(answer.explanation?.rerank).toBeUndefined();
    }
  });
});
