import { z } from 'zod';
import { createEndpoint, type EndpointNames, type EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import type { SparseEmbedder, SparseVector } from '#shared/ports/sparse-embedder.ts';
import { createServed } from './served-model.ts';

const NAMES: EndpointNames = { server: 'sparse model server', urlSetting: 'SPARSE_URL', keySetting: 'SPARSE_API_KEY' };

const answerSchema = z.array(z.array(z.object({ index: z.int().min(0).max(0x7fffffff), value: z.number() })));

export interface TeiSparseEmbedderOptions extends Omit<EndpointOptions, 'names'> {
  /** The model's hub name; what the server says it serves must be it. */
  modelId: string;
}

/**
 * Sparse vectors of a server that speaks Text Embeddings Inference's `POST /embed_sparse`: it, or our model host. Nothing
 * is retried.
 *
 * Errors: DEPENDENCY_UNAVAILABLE when the server does not answer or is busy; MODEL_UNAVAILABLE when it refuses the key or
 * serves another model; PROCESSING_FAILED when it refuses these texts or answers nonsense to them.
 */
export function createTeiSparseEmbedder(options: TeiSparseEmbedderOptions): SparseEmbedder {
  const { modelId } = options;
  const served = createServed({
    endpoint: createEndpoint({ ...options, names: NAMES }),
    names: NAMES,
    modelId,
    field: 'sparse_model_id',
  });

  async function embedBatch(inputs: readonly string[]): Promise<SparseVector[]> {
    const answered = answerSchema.safeParse(await served.post('embed_sparse', { inputs, truncate: true }));
    if (answered.data?.length !== inputs.length) throw served.nonsense(`${inputs.length} vectors`);
    return answered.data.map(toVector);
  }

  return {
    modelId,
    async embed(texts) {
      const size = await served.batchSize();
      const vectors: SparseVector[] = [];
      for (let at = 0; at < texts.length; at += size) vectors.push(...(await embedBatch(texts.slice(at, at + size))));
      return vectors;
    },
  };
}

/** In ascending order, each index once. */
function toVector(entries: readonly { index: number; value: number }[]): SparseVector {
  const weights = new Map(entries.filter(({ value }) => value > 0).map(({ index, value }) => [index, value]));
  const indices = [...weights.keys()].sort((a, b) => a - b);
  return { indices, values: indices.map((index) => weights.get(index) ?? 0) };
}
