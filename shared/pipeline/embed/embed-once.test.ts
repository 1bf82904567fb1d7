import { expect, it } from 'vitest';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { personPrefix } from '#shared/ports/cache.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import type { SparseEmbedder } from '#shared/ports/sparse-embedder.ts';
import { embedOnce, embedSparseOnce } from './embed-once.ts';

/** The built-in stand-in, and what it was asked for. */
async function setUp() {
  const asked: string[] = [];
  const hashing = createHashingEmbedder();
  const embedder: Embedder = {
    ...hashing,
    embedPassages(texts) {
      asked.push(...texts);
      return hashing.embedPassages(texts);
    },
  };
  const cache = createMemoryCache();
  return { asked, hashing, cache, model: await hashing.describe(), deps: { embedder, cache } };
}

it('embeds a text once for each person and model, and answers every place of it', async () => {
  const { asked, hashing, cache, model, deps } = await setUp();
  const texts = ['the tide turns', 'a red buoy', 'the tide turns'];
  const exact = await hashing.embedPassages(texts);
  const first = await embedOnce(deps, 'ada', model, texts);
  expect(asked).toEqual(['the tide turns', 'a red buoy']);
  first.flat().forEach((value, index) => {
    expect(value).toBeCloseTo(exact.flat()[index] ?? Number.NaN, 6);
  });

  const again = await embedOnce(deps, 'ada', model, ['a red buoy', 'a new line']);
  expect(asked.splice(0)).toEqual(['the tide turns', 'a red buoy', 'a new line']);
  again[0]?.forEach((value, index) => {
    expect(value).toBeCloseTo(exact[1]?.[index] ?? Number.NaN, 6);
  });

  await embedOnce(deps, 'bob', model, ['a red buoy']);
  await embedOnce(deps, 'ada', { ...model, id: 'another-model' }, ['a red buoy']);
  expect(asked.splice(0)).toEqual(['a red buoy', 'a red buoy']);
  await cache.deletePrefix(personPrefix('ada'));
  await embedOnce(deps, 'ada', model, ['a red buoy']);
  expect(asked).toEqual(['a red buoy']);
});

it('weighs the words of a text once for each person and sparse model', async () => {
  const asked: string[] = [];
  const sparseOf = (modelId: string): SparseEmbedder => ({
    modelId,
    async embed(texts) {
      asked.push(...texts);
      return texts.map((text) => ({ indices: text === '' ? [] : [3, 70_000], values: text === '' ? [] : [0.5, 1.25] }));
    },
  });
  const cache = createMemoryCache();
  const ask = (userId: string, modelId: string, texts: string[]) =>
    embedSparseOnce({ sparse: sparseOf(modelId), cache }, userId, texts);
  const expected = [
    { indices: [3, 70_000], values: [0.5, 1.25] },
    { indices: [], values: [] },
  ];
  expect(await ask('ada', 'a', ['a buoy', '', 'a buoy'])).toEqual([...expected, expected[0]]);
  expect(await ask('ada', 'a', ['a buoy', ''])).toEqual(expected);
  expect(asked.splice(0)).toEqual(['a buoy', '']);
  await ask('bob', 'a', ['a buoy']);
  await ask('ada', 'b', ['a buoy']);
  expect(asked).toEqual(['a buoy', 'a buoy']);
});
