import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SearchLeg } from '#shared/api/search.ts';
import type { Db } from '#shared/db/database.ts';
import { findLiveIndex } from '#shared/db/embedding-indexes-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { modelProfile } from '#shared/pipeline/embed/models.ts';
import { encodeQuery } from '#shared/pipeline/embed/sparse-bm25.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import type { VectorQuery } from '#shared/ports/vector-index.ts';

const CACHE_SECONDS = 3_600;
const cachedVector = z.array(z.number());

export interface EncodedLegs {
  model: string;
  vectors: VectorQuery['legs'];
  weights: VectorQuery['weights'];
  /** Legs that were asked for and cannot answer. */
  degraded: SearchLeg[];
}

/**
 * Turns the query into what each leg searches by. A model that is away, or that is not the one that filled the index,
 * takes out the dense leg alone.
 * @throws AppError SEARCH_UNAVAILABLE when no leg is left
 */
export async function encodeLegs(
  deps: { db: Db; embedder: Embedder; cache: Cache },
  userId: string,
  query: string,
  legs: readonly SearchLeg[],
): Promise<EncodedLegs> {
  const live = await findLiveIndex(deps.db);
  const model = live?.model ?? '';
  const vectors: VectorQuery['legs'] = {};
  const degraded: SearchLeg[] = [];
  if (legs.includes('sparse')) {
    const sparse = encodeQuery(query);
    if (sparse.indices.length > 0) vectors.sparse = sparse;
  }
  if (live && legs.includes('dense')) {
    const dense = await embedQuery(deps, userId, live.model, query);
    if (dense) vectors.dense = dense;
    else degraded.push('dense');
  }
  if (degraded.length === legs.length) throw new AppError('SEARCH_UNAVAILABLE');
  return { model, vectors, weights: modelProfile(model).fusionWeights, degraded };
}

/** @returns undefined when the model that filled the index cannot answer now */
async function embedQuery(
  deps: { embedder: Embedder; cache: Cache },
  userId: string,
  model: string,
  query: string,
): Promise<number[] | undefined> {
  const key = `query-vector:${userId}:${model}:${createHash('sha256').update(query).digest('base64url')}`;
  const cached = await deps.cache.get(key);
  if (cached !== undefined) return cachedVector.parse(JSON.parse(cached));
  try {
    if ((await deps.embedder.describe()).id !== model) return undefined;
    const vector = await deps.embedder.embedQuery(query);
    await deps.cache.set(key, JSON.stringify(vector), CACHE_SECONDS);
    return vector;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
