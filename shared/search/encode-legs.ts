import { createHash } from 'node:crypto';
import type { SearchLeg } from '#shared/api/search.ts';
import type { Db } from '#shared/db/database.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { imageModelProfile } from '#shared/pipeline/embed/image-models.ts';
import { modelProfile } from '#shared/pipeline/embed/models.ts';
import { encodeQuery } from '#shared/pipeline/embed/sparse-bm25.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { VectorQuery } from '#shared/ports/vector-index.ts';
import { encodeImageLeg, type ImageLeg, type Question } from './encode-image-leg.ts';
import { vectorFromCache } from './vector-cache.ts';

export interface EncodeDeps {
  db: Db;
  embedder: Embedder;
  imageEmbedder: ImageEmbedder;
  cache: Cache;
}

export interface EncodedLegs {
  model: string;
  vectors: VectorQuery['legs'];
  weights: VectorQuery['weights'];
  floors: NonNullable<VectorQuery['floors']>;
  /** Legs that were asked for and cannot answer. */
  degraded: SearchLeg[];
}

/**
 * Turns the question into what each leg searches by. A model that is away, or that is not the one that filled the index,
 * takes out its leg alone; for a person without pictures nothing is missing when the pictures' model is away.
 * @throws AppError SEARCH_UNAVAILABLE when no leg is left
 */
export async function encodeLegs(
  deps: EncodeDeps,
  userId: string,
  question: Question,
  legs: readonly SearchLeg[],
): Promise<EncodedLegs> {
  const live = await findLiveIndex(deps.db);
  const model = live?.model ?? '';
  const vectors: VectorQuery['legs'] = {};
  const degraded: SearchLeg[] = [];
  if ('text' in question && legs.includes('sparse')) {
    const sparse = encodeQuery(question.text);
    if (sparse.indices.length > 0) vectors.sparse = sparse;
  }
  if ('text' in question && live && legs.includes('dense')) {
    const dense = await embedQuery(deps, userId, live.model, question.text);
    if (dense) vectors.dense = dense;
    else degraded.push('dense');
  }
  const image: ImageLeg = legs.includes('image')
    ? await encodeImageLeg(deps, userId, question)
    : { state: 'nothing-to-find' };
  if (image.state === 'ready') vectors.image = image.vector;
  if (image.state === 'away') degraded.push('image');
  // A leg in which the person has nothing does not make up for those that cannot answer.
  const answering = legs.filter((leg) => !degraded.includes(leg) && (leg !== 'image' || image.state === 'ready'));
  if (degraded.length > 0 && answering.length === 0) throw new AppError('SEARCH_UNAVAILABLE');
  return { model, vectors, degraded, weights: weightsOf(model, image), floors: floorsOf(image, legs) };
}

function weightsOf(model: string, image: ImageLeg): VectorQuery['weights'] {
  const { fusionWeights } = modelProfile(model);
  return image.state === 'ready'
    ? { ...fusionWeights, image: imageModelProfile(image.model).fusionWeight }
    : fusionWeights;
}

/** Somebody who asks for pictures alone gets the nearest ones; beside other legs, those that fit. */
function floorsOf(image: ImageLeg, legs: readonly SearchLeg[]): EncodedLegs['floors'] {
  return image.state === 'ready' && legs.length > 1 ? { image: imageModelProfile(image.model).floor } : {};
}

/** @returns undefined when the model that filled the index cannot answer now */
async function embedQuery(
  { embedder, cache }: Pick<EncodeDeps, 'embedder' | 'cache'>,
  userId: string,
  model: string,
  query: string,
): Promise<number[] | undefined> {
  const key = `query-vector:${userId}:${model}:${createHash('sha256').update(query).digest('base64url')}`;
  try {
    return await vectorFromCache(cache, key, async () => {
      if ((await embedder.describe()).id !== model) throw new AppError('EMBEDDING_MODEL_CHANGED');
      return embedder.embedQuery(query);
    });
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
