import type { DbOrTrx } from '#shared/db/database.ts';
import { findLiveIndex, insertLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { ImageModel } from '#shared/ports/image-embedder.ts';

/**
 * The first model that embeds fills the index from then on; vectors of two models are never mixed.
 * @throws AppError EMBEDDING_MODEL_CHANGED, EMBEDDING_SIZE_MISMATCH
 */
export async function assertModelFillsIndex(db: DbOrTrx, model: EmbeddingModel): Promise<void> {
  const live = (await findLiveIndex(db)) ?? (await recordModel(db, model));
  if (live.model !== model.id) {
    throw new AppError('EMBEDDING_MODEL_CHANGED', {
      detail: `The index was filled by ${live.model}, but EMBEDDING_MODEL is ${model.id}. Set it back, or start with an empty index.`,
    });
  }
  if (live.dimensions !== model.dimensions) {
    throw new AppError('EMBEDDING_SIZE_MISMATCH', {
      detail: `${model.id} answers vectors of ${model.dimensions} numbers; the index holds ${live.dimensions}.`,
    });
  }
}

/**
 * As {@link assertModelFillsIndex}, for the model of pictures, without which files can be found by their words.
 * @returns the model that fills the index when it is another one
 */
export async function otherImageModel(db: DbOrTrx, model: ImageModel): Promise<string | undefined> {
  await insertLiveIndex(db, { model: model.id, dimensions: model.dimensions }, 'image');
  const live = await findLiveIndex(db, 'image');
  return live?.model === model.id && live.dimensions === model.dimensions ? undefined : live?.model;
}

async function recordModel(db: DbOrTrx, model: EmbeddingModel): Promise<{ model: string; dimensions: number }> {
  await insertLiveIndex(db, { model: model.id, dimensions: model.dimensions });
  const live = await findLiveIndex(db);
  if (!live) throw new Error('The live embedding index was recorded and is not there');
  return live;
}
