import type { PreTrainedModel, Tensor } from '@xenova/transformers';
import { AppError } from '#shared/errors/app-error.ts';
import type { SparseEmbedder, SparseVector } from '#shared/ports/sparse-embedder.ts';
import { damagedModel, type ModelSource, SPARSE_MODEL } from './model-files.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { loadTextModel, windowOf } from './text-model.ts';
import { attentionMask, inRuns, paddedTensor } from './token-runs.ts';
import { createTokenizer } from './tokenizer.ts';

// A number for every token and every word of the vocabulary: 512 tokens of BERT's 30,522 words are 62 MB.
const RUN_TOKENS = 512;

export interface LocalSparseEmbedder extends SparseEmbedder {
  dispose(): Promise<void>;
}

async function runModel(
  model: PreTrainedModel,
  rows: readonly (readonly number[])[],
  padId: number,
): Promise<SparseVector[]> {
  const mask = attentionMask(rows);
  const types = paddedTensor(
    rows.map((row) => row.map(() => 0)),
    0,
  );
  // Most files name inputs and outputs as the library exports them, some as BERT's first publication did; of the inputs,
  // those are taken that the file knows.
  const output: Record<string, Tensor | undefined> = await model({
    input_ids: paddedTensor(rows, padId),
    attention_mask: mask,
    input_mask: mask,
    token_type_ids: types,
    segment_ids: types,
  });
  const logits = output.logits ?? output.output;
  if (logits?.dims.length !== 3)
    throw new Error('The model does not return a number for every word of its vocabulary.');
  const [, width = 0, words = 0] = logits.dims;
  const data = logits.data as Float32Array;
  return rows.map((row, at) => weightsOf(data, at * width * words, row.length, words));
}

/** max over the tokens of log(1 + relu(logit)); the logarithm rises with the logit, so that it is taken of the largest. */
function weightsOf(logits: Float32Array, start: number, tokens: number, words: number): SparseVector {
  const largest = new Float32Array(words);
  for (let token = 0; token < tokens; token += 1) {
    const offset = start + token * words;
    for (let word = 0; word < words; word += 1) {
      const logit = logits[offset + word] ?? 0;
      if (logit > (largest[word] ?? 0)) largest[word] = logit;
    }
  }
  const vector: SparseVector = { indices: [], values: [] };
  largest.forEach((logit, word) => {
    if (logit <= 0) return;
    vector.indices.push(word);
    vector.values.push(Math.fround(Math.log1p(logit)));
  });
  return vector;
}

/**
 * SPLADE in this process: a masked language model through the transformers library and the ONNX runtime. As in the
 * published implementations, tokens that pad a batch are left out and no others: `[CLS]` and `[SEP]` have their say, and
 * weights of their own. Texts longer than the model's window are cut to it.
 * @throws AppError MODEL_UNAVAILABLE when the files are missing, damaged, no such model's or cannot be downloaded
 */
export async function createTransformersSparseEmbedder(
  wanted: Omit<ModelSource, 'layout'>,
): Promise<LocalSparseEmbedder> {
  const source = { ...wanted, layout: SPARSE_MODEL };
  const tokenizer = await createTokenizer(source);
  const model = await loadTextModel(source);
  const maxTokens = windowOf(model, tokenizer, source.modelId);
  const turns = oneAtATime();

  async function embed(texts: readonly string[]): Promise<SparseVector[]> {
    const encoded = texts.map((text) => tokenizer.encode(text, maxTokens));
    const limits = { lengthOf: (ids: number[]) => ids.length, mostTokens: RUN_TOKENS, turns };
    const vectors = await inRuns(encoded, limits, (run) => runModel(model, run, tokenizer.padId));
    if (vectors.every(({ values }) => values.every(Number.isFinite))) return vectors;
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `The model "${source.modelId}" returned weights that are not numbers.`,
    });
  }

  // Proves that the model runs and weighs words.
  await embed(['a']).catch(async (error: unknown) => {
    await model.dispose();
    throw error instanceof AppError ? error : damagedModel(source, error);
  });
  return {
    modelId: source.modelId,
    embed,
    async dispose() {
      await turns.idle();
      await model.dispose();
    },
  };
}
