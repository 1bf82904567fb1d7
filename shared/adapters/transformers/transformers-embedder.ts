import { mean_pooling, type PreTrainedModel, type Tensor } from '@xenova/transformers';
import { AppError } from '#shared/errors/app-error.ts';
import { type ModelProfile, modelProfile } from '#shared/models/models.ts';
import type { LocalEmbedder } from '#shared/ports/raw-model.ts';
import { damagedModel, type ModelSource } from './model-files.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { loadTextModel, windowOf } from './text-model.ts';
import { attentionMask, inRuns, paddedTensor } from './token-runs.ts';
import { createTokenizer } from './tokenizer.ts';

// Padded tokens of one run of the model. Measured with bge-small's shape on two cores: 6,000 to 7,000 tokens a second from
// 254 tokens on, whatever the size; the process' peak is 290 MB with 1,024, 340 MB with 2,048, 590 MB with 8,192.
const RUN_TOKENS = 1024;

async function runModel(
  model: PreTrainedModel,
  encoded: readonly number[][],
  padId: number,
  pooling: ModelProfile['pooling'],
): Promise<number[][]> {
  const mask = attentionMask(encoded);
  const output: Record<string, Tensor | undefined> = await model({
    input_ids: paddedTensor(encoded, padId),
    attention_mask: mask,
  });
  const tokens = output.last_hidden_state ?? output.token_embeddings;
  const pooled =
    tokens === undefined
      ? (output.sentence_embedding ?? output.logits)
      : pooling === 'cls'
        ? tokens.slice(null, 0)
        : mean_pooling(tokens, mask);
  if (pooled === undefined || pooled.dims.length !== 2) throw new Error('The model returns no token vectors.');
  return pooled.normalize(2, -1).tolist() as number[][];
}

/**
 * A feature-extraction model in this process through the transformers library and the ONNX runtime. Runs one at a time
 * however many callers there are, so that their working memory does not add up. Texts longer than the model's window
 * are cut to it.
 * @throws AppError MODEL_UNAVAILABLE when the files are missing, damaged or cannot be downloaded;
 *   EMBEDDING_SIZE_MISMATCH when the model gives other vectors than its name promises
 */
export async function createTransformersEmbedder(source: ModelSource): Promise<LocalEmbedder> {
  const profile = modelProfile(source.modelId);
  const tokenizer = await createTokenizer(source);
  const model = await loadTextModel(source);
  const maxTokens = windowOf(model, tokenizer, source.modelId);
  const turns = oneAtATime();
  let dimensions = profile.dimensions;

  function checked(vector: number[]): number[] {
    dimensions ??= vector.length;
    if (vector.length !== dimensions) {
      throw new AppError('EMBEDDING_SIZE_MISMATCH', {
        detail: `The model "${source.modelId}" returned vectors of ${vector.length} dimensions; ${dimensions} are expected.`,
      });
    }
    if (!vector.every(Number.isFinite)) {
      throw new AppError('MODEL_UNAVAILABLE', {
        detail: `The model "${source.modelId}" returned vectors that are not numbers.`,
      });
    }
    return vector;
  }

  async function embedTexts(texts: readonly string[]): Promise<number[][]> {
    const encoded = texts.map((text) => tokenizer.encode(text, maxTokens));
    const limits = { lengthOf: (ids: number[]) => ids.length, mostTokens: RUN_TOKENS, turns };
    const vectors = await inRuns(encoded, limits, (run) => runModel(model, run, tokenizer.padId, profile.pooling));
    return vectors.map(checked);
  }

  // Proves that the model runs, and tells the size of its vectors where no registry does.
  const probe = await embedTexts(['a']).catch(async (error: unknown) => {
    await model.dispose();
    throw error instanceof AppError ? error : damagedModel(source, error);
  });
  const description = { id: source.modelId, dimensions: dimensions ?? probe[0]?.length ?? 0, maxTokens };
  return {
    describe: async () => description,
    embedTexts,
    embedPassages: (texts) => embedTexts(texts.map((text) => profile.passagePrefix + text)),
    async embedQuery(text) {
      const [vector] = await embedTexts([profile.queryPrefix + text]);
      return vector ?? [];
    },
    countTokens: tokenizer.countTokens,
    tokenize: tokenizer.tokenize,
    async dispose() {
      await turns.idle();
      await model.dispose();
    },
  };
}
