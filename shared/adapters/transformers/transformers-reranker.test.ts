import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AutoModelForSequenceClassification, AutoTokenizer } from '@xenova/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyCrossEncoder } from '#testing/models/tiny-cross-encoder.ts';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { createTokenizer } from './tokenizer.ts';
import { createTransformersReranker, type LocalReranker } from './transformers-reranker.ts';

const WORDS = 'where does the automobile car stand in a garage wing of an aeroplane'.split(' ');
const MODEL = 'tiny/cross-encoder';
const MOST_TOKENS = 24;

let modelDir: string;
let reranker: LocalReranker;
beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-rerank-'));
  const synonyms = [['car', 'automobile']];
  await writeTinyCrossEncoder({ modelDir, modelId: MODEL, words: WORDS, synonyms, maxTokens: MOST_TOKENS });
  reranker = await createTransformersReranker({ modelId: MODEL, modelDir, allowRemote: false });
});
afterAll(async () => {
  await reranker.dispose();
  await rm(modelDir, { recursive: true, force: true });
});

/** The formula of the tiny weights; both texts end in `[SEP]`, which therefore counts once. */
function byHand(query: string, text: string): number {
  const words = (each: string) => each.split(' ').map((word) => word.replace('automobile', 'car'));
  const inText = words(text);
  return 1 + words(query).reduce((sum, word) => sum + inText.filter((other) => other === word).length, 0);
}

describe('a cross-encoder in this process', () => {
  const query = 'where does the car stand';
  const texts = [
    'wing of an aeroplane',
    'the car stand in the garage of the aeroplane in the garage',
    'automobile',
    'a garage',
    'the automobile of the garage',
  ];

  it('scores pairs by the formula of its weights, whatever stands beside them in a batch', async () => {
    const scores = await reranker.score(query, texts);
    expect(scores).toEqual(texts.map((text) => byHand(query, text)));
    for (const [at, text] of texts.entries()) expect(await reranker.score(query, [text])).toEqual([scores[at]]);
  });

  it('gives what the library gives for pairs that it encodes itself', async () => {
    const local = { local_files_only: true };
    const folder = path.join(modelDir, MODEL);
    const tokenizer = await AutoTokenizer.from_pretrained(folder, local);
    const model = await AutoModelForSequenceClassification.from_pretrained(folder, { ...local, dtype: 'q8' });
    const inputs = tokenizer(
      texts.map(() => query),
      { text_pair: texts, padding: true },
    );
    const { logits } = await model(inputs);
    expect(await reranker.score(query, texts)).toEqual(logits.tolist().flat());
    await model.dispose();
  });

  it('cuts the longer of two texts that are too long together, and keeps their ends', async () => {
    const tokenizer = await createTokenizer({ modelId: MODEL, modelDir, allowRemote: false });
    const sizes = (first: number, second: number) => {
      const { ids, types } = tokenizer.encodePair('wing '.repeat(first), 'car '.repeat(second), MOST_TOKENS);
      expect(ids.length).toBeLessThanOrEqual(MOST_TOKENS);
      expect([ids[0], ids.at(-1), types.length]).toEqual([2, 3, ids.length]);
      return [types.filter((type) => type === 0).length - 2, types.filter((type) => type === 1).length - 1];
    };
    expect(sizes(4, 5)).toEqual([4, 5]);
    expect(sizes(4, 500)).toEqual([4, 17]);
    expect(sizes(500, 4)).toEqual([17, 4]);
    expect(sizes(500, 500)).toEqual([11, 10]);
    // The 17 that are left of the passage, and the closing [SEP].
    expect(await reranker.score('car car car car', ['car '.repeat(500)])).toEqual([4 * 17 + 1]);
  });

  it('stops when nobody waits any longer', async () => {
    const late = AbortSignal.abort(new Error('too late'));
    await expect(reranker.score(query, texts, late)).rejects.toThrow('too late');
    expect(await reranker.score(query, ['automobile'])).toEqual([2]);
  });

  it('says what to do where the model is missing or is none that scores pairs', async () => {
    const source = { modelDir, allowRemote: false };
    await expect(createTransformersReranker({ ...source, modelId: 'tiny/none' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('MODEL_DIR/tiny/none'),
    });
    await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: WORDS });
    await expect(createTransformersReranker({ ...source, modelId: 'tiny/words' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });
});
