import { AppError } from '#shared/errors/app-error.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';

/** @throws AppError EMBEDDING_SIZE_MISMATCH that names both sizes */
export function assertDimensions(vector: number[] | undefined, model: EmbeddingModel): number[] {
  if (vector?.length === model.dimensions) return vector;
  throw new AppError('EMBEDDING_SIZE_MISMATCH', {
    detail: `${model.id} answered a vector of ${vector?.length ?? 0} numbers; the index holds ${model.dimensions}.`,
  });
}
