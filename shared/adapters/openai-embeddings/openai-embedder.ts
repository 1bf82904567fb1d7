import { z } from 'zod';
import { createEndpoint, type EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { knownModel, modelFamily, modelProfile } from '#shared/models/models.ts';
import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';
import { createTokenCounter } from './token-counter.ts';
import { vectorsOf } from './vectors.ts';

export interface OpenAiEmbedderOptions extends EndpointOptions {
  /** The model's hub name; sent as `model`, and looked up in the registry for its prefixes, sizes and window. */
  modelId: string;
  /** Size the vectors must have; otherwise the server, the registry or the first embedding tells it. */
  dimensions?: number | undefined;
}

const MAX_BATCH = 64;
const DEFAULT_MAX_TOKENS = 512;

/** What Text Embeddings Inference and our own model host tell at `GET /info`. */
const infoSchema = z.object({
  model_id: z.string().optional(),
  max_input_length: z.number().int().positive().optional(),
  max_client_batch_size: z.number().int().positive().optional(),
  dimensions: z.number().int().positive().optional(),
});
type Info = z.output<typeof infoSchema>;

interface Served {
  model: EmbeddingModel;
  /** Inputs of one request that embeds. */
  batchSize: number;
  /** Inputs of one request that counts tokens. */
  countSize: number;
}

/** Folders (`/data/model`) say nothing about what is in them. */
const isHubName = (id: string): boolean => /^[\w-]/.test(id) && id.split('/').length <= 2;

/**
 * Embeddings of any server that speaks OpenAI's `POST /v1/embeddings`: our model host, Text Embeddings Inference,
 * Infinity, vLLM, Ollama, a vendor. Prefixes are put on here, none of them does. Nothing is retried: callers know
 * whether they may wait. Vectors are brought to unit length, which not every server does.
 *
 * Errors: DEPENDENCY_UNAVAILABLE when the server does not answer or is busy; MODEL_UNAVAILABLE when it refuses the key or
 * serves another model, or cannot embed even a single letter; PROCESSING_FAILED when it refuses these texts or answers
 * nonsense to them; EMBEDDING_SIZE_MISMATCH with both sizes named.
 */
export function createOpenAiEmbedder(options: OpenAiEmbedderOptions): Embedder {
  const { modelId } = options;
  const endpoint = createEndpoint(options);
  const profile = modelProfile(modelId);
  let serving: Promise<Served> | undefined;

  async function embedBatch(input: readonly string[], headers: Record<string, string> = {}): Promise<number[][]> {
    // Base64 is a quarter of the bytes; servers that cannot, ignore it, and plain numbers are understood as well.
    const request = { model: modelId, input, encoding_format: 'base64' };
    const { status, body } = await endpoint.request('POST', 'v1/embeddings', request, headers);
    if (status !== 200) throw refused(status);
    const vectors = vectorsOf(body, input.length);
    if (vectors === undefined) throw failed(`did not return ${input.length} vectors`);
    return vectors;
  }

  function unavailable(what: string): AppError {
    return new AppError('MODEL_UNAVAILABLE', { detail: `The embeddings server at ${endpoint.name} ${what}.` });
  }

  /** Waiting may not help, as the texts may be to blame: callers count it. */
  function failed(what: string): AppError {
    return new AppError('PROCESSING_FAILED', { detail: `The embeddings server at ${endpoint.name} ${what}.` });
  }

  function refused(status: number): AppError {
    if (status === 401 || status === 403)
      return unavailable(`rejected the key (HTTP ${status}); check EMBEDDING_API_KEY`);
    if (status === 404) return unavailable(`does not serve the model "${modelId}" (HTTP 404)`);
    return failed(`rejected the request for the model "${modelId}" (HTTP ${status})`);
  }

  async function readInfo(): Promise<Info> {
    // Our model host serves several and is told which; others have one and ignore it.
    const { status, body } = await endpoint.request('GET', `info?model=${encodeURIComponent(modelId)}`);
    const info = status === 200 ? infoSchema.safeParse(body) : undefined;
    return info?.success ? info.data : {};
  }

  /** The size of the vectors. No text of anybody's is sent, so whatever is refused here lies in the server. */
  async function probe(): Promise<number> {
    try {
      return (await embedBatch(['a']))[0]?.length ?? 0;
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'PROCESSING_FAILED') throw error;
      throw new AppError('MODEL_UNAVAILABLE', { detail: error.message, cause: error });
    }
  }

  async function ask(): Promise<Served> {
    const info = await readInfo();
    // Text Embeddings Inference ignores the name in a request; its answers would fill the index under a wrong one.
    const served = info.model_id;
    if (served !== undefined && isHubName(served) && modelFamily(served) !== modelFamily(modelId)) {
      throw unavailable(`serves the model "${served}", not "${modelId}"`);
    }
    const known = knownModel(modelId);
    const window = Math.min(known?.maxTokens ?? Infinity, info.max_input_length ?? Infinity);
    const dimensions = info.dimensions ?? options.dimensions ?? known?.dimensions ?? (await probe());
    if (options.dimensions !== undefined) assertSize(dimensions, options.dimensions);
    return {
      model: { id: modelId, dimensions, maxTokens: Number.isFinite(window) ? window : DEFAULT_MAX_TOKENS },
      batchSize: Math.min(MAX_BATCH, info.max_client_batch_size ?? MAX_BATCH),
      countSize: info.max_client_batch_size ?? MAX_BATCH,
    };
  }

  function serve(): Promise<Served> {
    // A failure is not kept: the next call asks again.
    serving ??= ask().catch((error: unknown) => {
      serving = undefined;
      throw error;
    });
    return serving;
  }

  function assertSize(got: number, expected: number): void {
    if (got === expected) return;
    throw new AppError('EMBEDDING_SIZE_MISMATCH', {
      detail: `The model "${modelId}" at ${endpoint.name} returned vectors of ${got} dimensions; ${expected} are expected.`,
    });
  }

  async function embed(texts: readonly string[], headers?: Record<string, string>): Promise<number[][]> {
    const { model, batchSize } = await serve();
    const vectors: number[][] = [];
    for (let i = 0; i < texts.length; i += batchSize) {
      vectors.push(...(await embedBatch(texts.slice(i, i + batchSize), headers)));
    }
    for (const vector of vectors) assertSize(vector.length, model.dimensions);
    return vectors;
  }

  return {
    describe: async () => (await serve()).model,
    embedPassages: (texts) => embed(texts.map((text) => profile.passagePrefix + text)),
    async embedQuery(text) {
      // A header, because vendors refuse fields they do not know; our model host lets queries overtake passages.
      const [vector] = await embed([profile.queryPrefix + text], { 'x-input-type': 'query' });
      return vector ?? [];
    },
    countTokens: createTokenCounter(endpoint, modelId, async () => (await serve()).countSize),
  };
}
