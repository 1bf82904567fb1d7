import { AutoModel, mean_pooling, type PreTrainedModel, Tensor } from '@xenova/transformers';
import { AppError } from '#shared/errors/app-error.ts';
import { knownModel, type ModelProfile, modelProfile } from '#shared/pipeline/embed/models.ts';
import type { LocalEmbedder } from '#shared/pipeline/embed/raw-model.ts';
import { damagedModel, ensureModelFiles, type ModelSource } from './model-files.ts';
import { createTokenizer, type Tokenizer } from './tokenizer.ts';

const DEFAULT_MAX_TOKENS = 512;
// Padded tokens of one run of the model. Measured with bge-small's shape on two cores: 6,000 to 7,000 tokens a second from
// 254 tokens on, whatever the size; the process' peak is 290 MB with 1,024, 340 MB with 2,048, 590 MB with 8,192.
const RUN_TOKENS = 1024;

// Its threads would spin while they wait, on cores that the rest of a small machine needs: without, 7 to 15 % less
// processor time for the same speed.
const SESSION = { extra: { session: { intra_op: { allow_spinning: '0' } } } };

async function loadModel(source: ModelSource): Promise<PreTrainedModel> {
  const { folder, dtype } = await ensureModelFiles(source, 'model');
  const options = { local_files_only: true, session_options: SESSION, ...(dtype ? { dtype } : {}) };
  return AutoModel.from_pretrained(folder, options).catch((error: unknown) => {
    throw damagedModel(source, error);
  });
}

function windowOf(model: PreTrainedModel, tokenizer: Tokenizer, modelId: string): number {
  const positions: unknown = (model.config as { max_position_embeddings?: unknown }).max_position_embeddings;
  const declared = knownModel(modelId)?.maxTokens ?? tokenizer.maxTokens ?? DEFAULT_MAX_TOKENS;
  return typeof positions === 'number' && positions > 0 ? Math.min(declared, positions) : declared;
}

/** Texts of like length together, so that little is padded, each run within {@link RUN_TOKENS}. */
function planRuns(encoded: readonly number[][]): number[][] {
  const order = encoded.map((_, index) => index).sort((a, b) => (encoded[a]?.length ?? 0) - (encoded[b]?.length ?? 0));
  const runs: number[][] = [];
  let run: number[] = [];
  for (const index of order) {
    // Ascending: the text that is added is the longest, and all are padded to it.
    if (run.length > 0 && (run.length + 1) * (encoded[index]?.length ?? 0) > RUN_TOKENS) {
      runs.push(run);
      run = [];
    }
    run.push(index);
  }
  if (run.length > 0) runs.push(run);
  return runs;
}

async function runModel(
  model: PreTrainedModel,
  encoded: readonly number[][],
  padId: number,
  pooling: ModelProfile['pooling'],
): Promise<number[][]> {
  const width = Math.max(1, ...encoded.map((ids) => ids.length));
  const inputIds = new BigInt64Array(encoded.length * width).fill(BigInt(padId));
  const attentionMask = new BigInt64Array(encoded.length * width);
  encoded.forEach((ids, row) => {
    ids.forEach((id, column) => {
      inputIds[row * width + column] = BigInt(id);
      attentionMask[row * width + column] = 1n;
    });
  });
  const dims = [encoded.length, width];
  const mask = new Tensor('int64', attentionMask, dims);
  const output: Record<string, Tensor | undefined> = await model({
    input_ids: new Tensor('int64', inputIds, dims),
    attention_mask: mask,
  });
  const tokens = output.last_hidden_state ?? output.token_embeddings;
  const pooled =
    tokens === undefined
      ? (output.sentence_embedding ?? output.logits)
      : pooling === 'cls'
        ? tokens.slice(null, 0)
        : mean_pooling(tokens, mask);
  if (pooled === undefined || pooled.dims.length !== 2) throw new Error('The model gives no token vectors.');
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
  const model = await loadModel(source);
  const maxTokens = windowOf(model, tokenizer, source.modelId);
  let busy: Promise<unknown> = Promise.resolve();
  let dimensions = profile.dimensions;

  async function embedInRuns(texts: readonly string[]): Promise<number[][]> {
    const encoded = texts.map((text) => tokenizer.encode(text, maxTokens));
    const vectors: number[][] = [];
    for (const run of planRuns(encoded)) {
      const rows = run.map((index) => encoded[index] ?? []);
      const pooled = await runModel(model, rows, tokenizer.padId, profile.pooling);
      run.forEach((index, row) => {
        vectors[index] = checked(pooled[row] ?? []);
      });
    }
    return vectors;
  }

  function checked(vector: number[]): number[] {
    dimensions ??= vector.length;
    if (vector.length !== dimensions) {
      throw new AppError('EMBEDDING_SIZE_MISMATCH', {
        detail: `The model "${source.modelId}" gave vectors of ${vector.length} dimensions where ${dimensions} are expected.`,
      });
    }
    if (!vector.every(Number.isFinite)) {
      throw new AppError('MODEL_UNAVAILABLE', {
        detail: `The model "${source.modelId}" gave vectors that hold no numbers.`,
      });
    }
    return vector;
  }

  function embedTexts(texts: readonly string[]): Promise<number[][]> {
    const turn = busy.then(() => embedInRuns(texts));
    busy = turn.catch(() => undefined);
    return turn;
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
      await busy;
      await model.dispose();
    },
  };
}
