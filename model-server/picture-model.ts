import { CLIP_MODEL } from '#shared/adapters/transformers/model-files.ts';
import type { LocalImageEmbedder } from '#shared/adapters/transformers/transformers-image-embedder.ts';
import { createLazyModel, type LazyModel } from './lazy-model.ts';

export type PictureModel = LazyModel<LocalImageEmbedder>;

export function createPictureModel(options: { modelId: string; modelDir: string; hubUrl?: string }): PictureModel {
  return createLazyModel({
    ...options,
    kind: 'picture model',
    layout: CLIP_MODEL,
    async load(source) {
      const { createTransformersImageEmbedder } = await import(
        '#shared/adapters/transformers/transformers-image-embedder.ts'
      );
      return createTransformersImageEmbedder(source);
    },
  });
}
