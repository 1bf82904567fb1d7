import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  AutoModelForMaskedLM,
  AutoTokenizer,
  type PreTrainedModel,
  type PreTrainedTokenizer,
} from '@xenova/transformers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTinyEmbeddingModel } from '#testing/models/tiny-embedding-model.ts';
import { writeTinySpladeModel } from '#testing/models/tiny-splade-model.ts';
import { createTransformersSparseEmbedder, type LocalSparseEmbedder } from './transformers-sparse-embedder.ts';

const MODEL = 'tiny/splade';
const WORDS = 'the car stands in a garage automobile wing of an aeroplane'.split(' ');
const MOST_TOKENS = 16;
const TEXTS = ['the car', 'wing of an aeroplane in the garage of the car', 'garage', 'a car in a garage', ''];

let modelDir: string;
let embedder: LocalSparseEmbedder;
let tokenizer: PreTrainedTokenizer;
let model: PreTrainedModel;
beforeAll(async () => {
  modelDir = await mkdtemp(path.join(os.tmpdir(), 'omnirag-splade-'));
  const source = {
    modelDir,
    words: WORDS,
    expansions: { car: ['automobile'] },
    weighsSpecial: true,
    maxTokens: MOST_TOKENS,
  };
  const folder = await writeTinySpladeModel({ ...source, modelId: MODEL });
  await writeTinySpladeModel({ ...source, modelId: 'tiny/original', names: 'original' });
  embedder = await createTransformersSparseEmbedder({ modelId: MODEL, modelDir, allowRemote: false });
  tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true });
  model = await AutoModelForMaskedLM.from_pretrained(folder, { local_files_only: true, dtype: 'q8' });
});
afterAll(async () => {
  await embedder.dispose();
  await model.dispose();
  await rm(modelDir, { recursive: true, force: true });
});

/** The weights of one text by the formula, word by word, from the logits that the library gives for it alone. */
async function byHand(text: string): Promise<Map<number, number>> {
  const { logits } = await model(tokenizer(text));
  const [tokens = []] = logits.tolist() as number[][][];
  const weights = new Map<number, number>();
  for (let word = 0; word < (tokens[0]?.length ?? 0); word += 1) {
    const weight = Math.max(...tokens.map((row) => Math.log(1 + Math.max(0, row[word] ?? 0))));
    if (weight > 0) weights.set(word, weight);
  }
  return weights;
}

const idOf = (word: string): number => tokenizer.encode(word, { add_special_tokens: false })[0] ?? -1;

describe('SPLADE in this process', () => {
  it('weighs words by max over the tokens of log(1 + relu(logit)), also where texts pad each other', async () => {
    const together = await embedder.embed(TEXTS);
    for (const [at, text] of TEXTS.entries()) {
      const expected = await byHand(text);
      const vector = together[at];
      expect(vector?.indices, text).toEqual([...expected.keys()]);
      vector?.indices.forEach((word, place) => {
        expect(vector.values[place], text).toBeCloseTo(expected.get(word) ?? 0, 6);
      });
      expect((await embedder.embed([text]))[0]?.indices, text).toEqual(vector?.indices);
    }
  });

  it('adds what a word stands for, and keeps special tokens as published implementations do', async () => {
    const [vector] = await embedder.embed(['the car']);
    const weight = (word: string) => vector?.values[vector.indices.indexOf(idOf(word))];
    expect(weight('automobile')).toBeCloseTo(Math.log(1 + 1.5), 0);
    expect(weight('car')).toBeGreaterThan(weight('automobile') ?? 0);
    expect(weight('garage')).toBeUndefined();
    expect(vector?.indices).toContain(tokenizer.encode('')[0]);
  });

  it('reads files that name their inputs and outputs as BERT did first', async () => {
    const original = await createTransformersSparseEmbedder({ modelId: 'tiny/original', modelDir, allowRemote: false });
    expect(await original.embed(TEXTS)).toEqual(await embedder.embed(TEXTS));
    await original.dispose();
  });

  it('cuts texts at its window', async () => {
    const [cut, whole] = await embedder.embed([
      `${'wing '.repeat(MOST_TOKENS)} garage`,
      'wing '.repeat(MOST_TOKENS - 2),
    ]);
    expect(cut).toEqual(whole);
  });

  it('says what to do where the model is missing or has no words to weigh', async () => {
    const source = { modelDir, allowRemote: false };
    await expect(createTransformersSparseEmbedder({ ...source, modelId: 'tiny/none' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
      message: expect.stringContaining('MODEL_DIR/tiny/none'),
    });
    await writeTinyEmbeddingModel({ modelDir, modelId: 'tiny/words', words: WORDS });
    await expect(createTransformersSparseEmbedder({ ...source, modelId: 'tiny/words' })).rejects.toMatchObject({
      code: 'MODEL_UNAVAILABLE',
    });
  });
});
