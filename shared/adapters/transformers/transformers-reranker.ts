import type { PreTrainedModel, Tensor } from '@xenova/transformers';
import { AppError } from '#shared/errors/app-error.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import { damagedModel, type ModelSource, RERANK_MODEL } from './model-files.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { loadTextModel, windowOf } from './text-model.ts';
import { attentionMask, inRuns, paddedTensor } from './token-runs.ts';
import { createTokenizer } from './tokenizer.ts';

/** As many padded tokens as a run of the embedder has, for its reasons. */
const RUN_TOKENS = 1024;

export interface LocalReranker extends Reranker {
  dispose(): Promise<void>;
}

interface Pair {
  ids: number[];
  types: number[];
}

async function runModel(model: PreTrainedModel, pairs: readonly Pair[], padId: number): Promise<number[]> {
  const rows = pairs.map(({ ids }) => ids);
  const output: { logits?: Tensor } = await model({
    input_ids: paddedTensor(rows, padId),
    attention_mask: attentionMask(rows),
    token_type_ids: paddedTensor(
      pairs.map(({ types }) => types),
      0,
    ),
  });
  const { logits } = output;
  if (logits?.dims.length !== 2 || logits.dims[1] !== 1)
    throw new Error('The model does not return one score per pair.');
  return (logits.tolist() as number[][]).map(([score]) => score ?? Number.NaN);
}

/**
 * A cross-encoder (a sequence classification model of one label) in this process through the transformers library and the
 * ONNX runtime; one run at a time however many callers there are.
 * @throws AppError MODEL_UNAVAILABLE when the files are missing, damaged, no such model's or cannot be downloaded
 */
export async function createTransformersReranker(wanted: Omit<ModelSource, 'layout'>): Promise<LocalReranker> {
  const source = { ...wanted, layout: RERANK_MODEL };
  const tokenizer = await createTokenizer(source);
  const model = await loadTextModel(source);
  const maxTokens = windowOf(model, tokenizer, source.modelId);
  const turns = oneAtATime();

  async function score(query: string, texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
    const pairs = texts.map((text) => tokenizer.encodePair(query, text, maxTokens));
    const limits = { lengthOf: ({ ids }: Pair) => ids.length, mostTokens: RUN_TOKENS, turns, signal };
    const scores = await inRuns(pairs, limits, (run) => runModel(model, run, tokenizer.padId));
    if (scores.every(Number.isFinite)) return scores;
    throw new AppError('MODEL_UNAVAILABLE', {
      detail: `The model "${source.modelId}" returned scores that are not numbers.`,
    });
  }

  // Proves that the model runs and scores.
  await score('a', ['a']).catch(async (error: unknown) => {
    await model.dispose();
    throw error instanceof AppError ? error : damagedModel(source, error);
  });
  return {
    modelId: source.modelId,
    score,
    async dispose() {
      await turns.idle();
      await model.dispose();
    },
  };
}
