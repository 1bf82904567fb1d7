import { RERANK_MODEL } from '#shared/adapters/transformers/model-files.ts';
import type { LocalReranker } from '#shared/adapters/transformers/transformers-reranker.ts';
import { createLazyModel, type LazyModel, modelOrNotFound } from './lazy-model.ts';
import { parseRerank } from './requests.ts';

export type RerankModel = LazyModel<LocalReranker>;

export function createRerankModel(options: { modelId: string; modelDir: string; hubUrl?: string }): RerankModel {
  return createLazyModel({
    ...options,
    kind: 'rerank model',
    layout: RERANK_MODEL,
    async load(source) {
      const { createTransformersReranker } = await import('#shared/adapters/transformers/transformers-reranker.ts');
      return createTransformersReranker(source);
    },
  });
}

/** What `POST /rerank` answers: the best first. @throws RequestError 400, 404 */
export async function answerRerank(
  model: RerankModel,
  body: unknown,
  signal: AbortSignal,
): Promise<{ index: number; score: number }[]> {
  const { query, texts, raw_scores } = parseRerank(body);
  const reranker = await modelOrNotFound(model);
  const scores = await reranker.score(query, texts, signal);
  return scores
    .map((score, index) => ({ index, score: raw_scores ? score : 1 / (1 + Math.exp(-score)) }))
    .sort((a, b) => b.score - a.score || a.index - b.index);
}
