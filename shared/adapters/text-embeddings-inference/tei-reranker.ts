import { z } from 'zod';
import { createEndpoint, type EndpointNames, type EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import { createServed } from './served-model.ts';

const NAMES: EndpointNames = { server: 'rerank server', urlSetting: 'RERANK_URL', keySetting: 'RERANK_API_KEY' };

const answerSchema = z.array(z.object({ index: z.int().min(0), score: z.number() }));

export interface TeiRerankerOptions extends Omit<EndpointOptions, 'names'> {
  /** The model's hub name; what the server says it serves must be it. */
  modelId: string;
}

/**
 * Scores of a server that speaks Text Embeddings Inference's `POST /rerank`: it, or our model host. Raw scores are asked
 * for, since those of 0 to 1 run together where the model is sure. Nothing is retried.
 *
 * Errors: DEPENDENCY_UNAVAILABLE when the server does not answer or is busy; MODEL_UNAVAILABLE when it refuses the key or
 * serves another model; PROCESSING_FAILED when it refuses these texts or answers nonsense to them.
 */
export function createTeiReranker(options: TeiRerankerOptions): Reranker {
  const { modelId } = options;
  const served = createServed({
    endpoint: createEndpoint({ ...options, names: NAMES }),
    names: NAMES,
    modelId,
    field: 'rerank_model_id',
  });

  async function scoreBatch(query: string, texts: readonly string[], signal?: AbortSignal): Promise<number[]> {
    const request = { query, texts, raw_scores: true, truncate: true };
    const answered = answerSchema.safeParse(await served.post('rerank', request, signal));
    const scores = new Map(answered.data?.map(({ index, score }) => [index, score]));
    const inOrder = texts.flatMap((_, index) => scores.get(index) ?? []);
    if (inOrder.length === texts.length && scores.size === texts.length) return inOrder;
    throw served.nonsense(`${texts.length} scores`);
  }

  return {
    modelId,
    async score(query, texts, signal) {
      const size = await served.batchSize();
      const scores: number[] = [];
      for (let at = 0; at < texts.length; at += size) {
        scores.push(...(await scoreBatch(query, texts.slice(at, at + size), signal)));
      }
      return scores;
    },
  };
}
