import { SPARSE_MODEL } from '#shared/adapters/transformers/model-files.ts';
import type { LocalSparseEmbedder } from '#shared/adapters/transformers/transformers-sparse-embedder.ts';
import { createLazyModel, type LazyModel, modelOrNotFound } from './lazy-model.ts';
import { parseEmbedSparse } from './requests.ts';

export type SparseModel = LazyModel<LocalSparseEmbedder>;

export function createSparseModel(options: { modelId: string; modelDir: string; hubUrl?: string }): SparseModel {
  return createLazyModel({
    ...options,
    kind: 'sparse model',
    layout: SPARSE_MODEL,
    async load(source) {
      const { createTransformersSparseEmbedder } = await import(
        '#shared/adapters/transformers/transformers-sparse-embedder.ts'
      );
      return createTransformersSparseEmbedder(source);
    },
  });
}

/** What `POST /embed_sparse` answers: one list a text, in order. @throws RequestError 400, 404 */
export async function answerEmbedSparse(
  model: SparseModel,
  body: unknown,
): Promise<{ index: number; value: number }[][]> {
  const { inputs } = parseEmbedSparse(body);
  const embedder = await modelOrNotFound(model);
  const vectors = await embedder.embed(inputs);
  return vectors.map(({ indices, values }) => indices.map((index, at) => ({ index, value: values[at] ?? 0 })));
}
