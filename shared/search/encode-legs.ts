import type { SearchLeg } from '#shared/api/search.ts';
import type { Db } from '#shared/db/database.ts';
import { listTextIndexes } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { imageModelProfile } from '#shared/models/image-models.ts';
import { partsOf } from '#shared/models/index-model.ts';
import { modelInUse } from '#shared/models/live-model.ts';
import { modelProfile } from '#shared/models/models.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { VectorQuery } from '#shared/ports/vector-index.ts';
import { encodeImageLeg, type ImageLeg, type Question } from './encode-image-leg.ts';
import { encodeSparseLeg } from './encode-sparse-leg.ts';
import { intentWeights, type QueryIntent } from './query-intent.ts';
import type { SearchLimits } from './search-limits.ts';
import { questionKey, vectorFromCache } from './vector-cache.ts';
import { withinTime } from './within-time.ts';

export interface EncodeDeps {
  db: Db;
  embedders: Embedders;
  imageEmbedder: ImageEmbedder;
  cache: Cache;
  limits: { search: SearchLimits };
}

export interface EncodedLegs {
  /** That filled the index which is searched; empty while none is recorded. */
  model: string;
  vectors: VectorQuery['legs'];
  /** What each leg is worth in the fusion, as far as the models say; `image` as a share of all others. */
  baseWeights: Record<SearchLeg, number>;
  /** The same after what the form of the query intents to. */
  weights: Record<SearchLeg, number>;
  floors: NonNullable<VectorQuery['floors']>;
  /** Legs that were asked for and cannot answer. */
  degraded: SearchLeg[];
  /** Legs in which the person has nothing that could be found. */
  empty: SearchLeg[];
  /** Whether the image leg cannot answer because there is no model for it. */
  isImageModelMissing: boolean;
}

/**
 * Turns the question into what the vector store searches by. A model that is away or slow, or that is not the one that
 * filled the index, takes out its leg alone; for a person without pictures nothing is missing when the pictures' model is
 * away, unless pictures are all that is asked for. A text without words is searched for by no leg.
 */
export async function encodeLegs(
  deps: EncodeDeps,
  userId: string,
  question: Question,
  legs: readonly SearchLeg[],
  intents: readonly QueryIntent[],
): Promise<EncodedLegs> {
  const indexes = await listTextIndexes(deps.db);
  const model = indexes.find(({ state }) => state === 'live')?.model ?? '';
  const [filledBy, ours] = [partsOf(model), partsOf(modelInUse(deps.embedders.chosen, indexes))];
  const text = 'text' in question ? question.text.trim() : '';
  const isAsked = {
    sparse: text !== '' && legs.includes('sparse'),
    dense: text !== '' && model !== '' && legs.includes('dense'),
    image: (text !== '' || 'picture' in question) && legs.includes('image'),
  };
  // Where nothing is indexed, there is nothing that another model could have filled.
  const canAnswer = {
    sparse: isAsked.sparse && (model === '' || filledBy.sparse === ours.sparse),
    dense: isAsked.dense && filledBy.dense === ours.dense,
  };
  const inTime = <T>(encode: () => Promise<T>): Promise<T | undefined> =>
    withinTime(deps.limits.search.legTimeoutMs, encode);
  const [sparse, dense, found] = await Promise.all([
    canAnswer.sparse ? inTime(() => encodeSparseLeg(deps, userId, model, text)) : undefined,
    canAnswer.dense ? inTime(() => embedQuery(deps, userId, model, text)) : undefined,
    isAsked.image ? inTime(() => encodeImageLeg(deps, userId, question, { isAlone: legs.length === 1 })) : undefined,
  ]);
  const image: ImageLeg =
    found ?? (isAsked.image ? { state: 'away', isModelMissing: false } : { state: 'nothing-to-find' });
  const vectors: VectorQuery['legs'] = {
    ...(sparse && sparse.indices.length > 0 ? { sparse } : {}),
    ...(dense ? { dense } : {}),
    ...(image.state === 'ready' ? { image: image.vector } : {}),
  };
  const isAway = { sparse: isAsked.sparse && !sparse, dense: isAsked.dense && !dense, image: image.state === 'away' };
  const degraded = (['sparse', 'dense', 'image'] as const).filter((leg) => isAway[leg]);
  const baseWeights = {
    ...modelProfile(model).fusionWeights,
    image: image.state === 'ready' ? imageModelProfile(image.model).fusionShare : 0,
  };
  return {
    model,
    vectors,
    degraded,
    empty: image.state === 'nothing-to-find' ? ['image'] : [],
    isImageModelMissing: image.state === 'away' && image.isModelMissing,
    baseWeights,
    weights: intentWeights(baseWeights, intents),
    floors: floorsOf(image, legs),
  };
}

/** Somebody who asks for pictures alone gets the nearest ones; beside other legs, those that fit. */
function floorsOf(image: ImageLeg, legs: readonly SearchLeg[]): EncodedLegs['floors'] {
  return image.state === 'ready' && legs.length > 1 ? { image: imageModelProfile(image.model).floor } : {};
}

/** @returns undefined when the model that filled the index cannot answer now */
async function embedQuery(
  { embedders, cache }: Pick<EncodeDeps, 'embedders' | 'cache'>,
  userId: string,
  model: string,
  text: string,
): Promise<number[] | undefined> {
  const key = questionKey(userId, 'query-vector', partsOf(model).dense, text);
  try {
    return await vectorFromCache(cache, key, () => embedders.of(model).embedQuery(text));
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
