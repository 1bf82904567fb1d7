import type { DbOrTrx } from '#shared/db/database.ts';
import {
  findLiveIndex,
  insertLiveIndex,
  type LiveIndex,
  listTextIndexes,
  type TextIndex,
} from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { Embedder, Embedders, EmbeddingModel } from '#shared/ports/embedder.ts';
import type { ImageModel } from '#shared/ports/image-embedder.ts';
import { type IndexParts, partsOf } from './index-model.ts';

/**
 * Which model this process works with. A setting that names a model this system has had goes on with the one that took
 * its place, so that nobody notices when the model is changed; one that names a stranger stays, and is refused.
 */
export function modelInUse(chosen: string, indexes: readonly Pick<TextIndex, 'model' | 'state'>[]): string {
  const live = indexes.find(({ state }) => state === 'live');
  return live && indexes.some(({ model }) => model === chosen) ? live.model : chosen;
}

/** The embedder of {@link modelInUse}. Its model may be replaced at any time: one piece of work asks once. */
export async function embedderInUse({ db, embedders }: { db: DbOrTrx; embedders: Embedders }): Promise<Embedder> {
  return embedders.of(modelInUse(embedders.chosen, await listTextIndexes(db)));
}

/**
 * The first model that embeds fills the index from then on; vectors of two models are never mixed. A model that was
 * replaced since the caller asked for it still fills its own index, from where its passages are taken over.
 * @throws AppError EMBEDDING_MODEL_CHANGED, EMBEDDING_SIZE_MISMATCH
 */
export async function assertModelFillsIndex(db: DbOrTrx, model: EmbeddingModel): Promise<void> {
  const known = await listTextIndexes(db);
  const indexes: readonly (LiveIndex & Partial<TextIndex>)[] =
    known.length > 0 ? known : [await recordModel(db, model)];
  const own = indexes.find((index) => index.model === model.id && index.state !== 'dropped');
  if (own === undefined) {
    throw new AppError('EMBEDDING_MODEL_CHANGED', {
      detail:
        `${whatChanged(partsOf(indexes[0]?.model ?? ''), partsOf(model.id))} Set it back, or change the model of the ` +
        `index (the system stays in use): npm run admin -- reembed --model ${partsOf(model.id).dense}`,
    });
  }
  if (own.dimensions !== model.dimensions) {
    throw new AppError('EMBEDDING_SIZE_MISMATCH', {
      detail: `${model.id} returns vectors of ${model.dimensions} dimensions; the index holds ${own.dimensions}.`,
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

async function recordModel(db: DbOrTrx, model: EmbeddingModel): Promise<LiveIndex> {
  await insertLiveIndex(db, { model: model.id, dimensions: model.dimensions });
  const live = await findLiveIndex(db);
  if (!live) throw new Error('The live embedding index is recorded but does not exist');
  return live;
}

function whatChanged(filledBy: IndexParts, wanted: IndexParts): string {
  if (filledBy.dense !== wanted.dense) {
    return `The index was built with ${filledBy.dense}, but EMBEDDING_MODEL is ${wanted.dense}.`;
  }
  return `The sparse vectors of the index were made with ${filledBy.sparse}, but SPARSE_MODEL is ${wanted.sparse}.`;
}
