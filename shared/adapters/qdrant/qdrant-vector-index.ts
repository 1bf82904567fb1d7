import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { IndexPoint, VectorAnswer, VectorIndex, VectorQuery } from '#shared/ports/vector-index.ts';
import { connectQdrant, type QdrantConnection } from './qdrant-connection.ts';
import { isVectorNameMissing, sizeMismatch, statusOf, translateQdrantError } from './qdrant-errors.ts';
import { dropCollections, moveAliases } from './qdrant-indexes.ts';
import { aliasOf, collectionOf, isBehind, type QdrantTenancy } from './qdrant-names.ts';
import { createPlaces, DENSE, IMAGE, type Places, SPARSE } from './qdrant-places.ts';
import { ownerConditions, prepareSearch, type SearchScope } from './qdrant-search.ts';

export interface QdrantVectorIndexOptions extends QdrantConnection {
  /** Beginning of every name that is made in Qdrant. */
  collection: string;
  /** Whether each person has a collection, or all share one; see docs of the port for what is the same in both. */
  tenancy: QdrantTenancy;
}

/** A vector index that can also forget a person whole. */
export interface QdrantVectorIndex extends VectorIndex {
  /** Deletes everything of a person, of every model. @throws AppError DEPENDENCY_UNAVAILABLE */
  dropOwner(ownerId: string): Promise<void>;
}

// 200 points of 1,024 dimensions are some 4 MB of JSON; Qdrant takes 32 MB.
const POINTS_PER_REQUEST = 200;

function pointOf(ownerId: string, point: IndexPoint): Schemas['PointStruct'] {
  return {
    id: point.id,
    vector: 'image' in point ? { [IMAGE]: point.image } : { [DENSE]: point.dense, [SPARSE]: point.sparse },
    payload: {
      user_id: ownerId,
      file_id: point.fileId,
      generation: point.generation,
      chunk_index: point.chunkIndex,
      page: point.page,
    },
  };
}

async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw translateQdrantError(error);
  }
}

/** As {@link guarded}, for questions to which a missing collection is an answer too. */
function guardedUnlessMissing<T>(ask: () => Promise<T>, whenMissing: T): Promise<T> {
  return guarded(async () => {
    try {
      return await ask();
    } catch (error) {
      if (statusOf(error) === 404) return whenMissing;
      throw error;
    }
  });
}

async function putPoints(client: QdrantClient, collection: string, points: Schemas['PointStruct'][]): Promise<void> {
  for (let at = 0; at < points.length; at += POINTS_PER_REQUEST) {
    await client.upsert(collection, { wait: true, points: points.slice(at, at + POINTS_PER_REQUEST) });
  }
}

interface Target {
  alias: string;
  model: EmbeddingModel;
  imageDimensions: number | undefined;
}

/** Puts the points; makes their place again when it went away after it was ensured. */
async function putOrMake(
  client: QdrantClient,
  places: Places,
  { alias, model, imageDimensions }: Target,
  points: Schemas['PointStruct'][],
) {
  const collection = collectionOf(alias, model.id);
  try {
    await putPoints(client, collection, points);
  } catch (error) {
    if (statusOf(error) !== 404 && !isVectorNameMissing(error)) throw error;
    places.forget(alias, model, imageDimensions);
    await places.ensure(alias, model, imageDimensions);
    await putPoints(client, collection, points);
  }
}

/** @throws AppError EMBEDDING_SIZE_MISMATCH for a vector that is not of its model's size */
function assertSizes(points: readonly IndexPoint[], dimensions: number, imageDimensions: number | undefined): void {
  for (const point of points) {
    const [expected, got] =
      'image' in point ? [imageDimensions ?? 0, point.image.length] : [dimensions, point.dense.length];
    if (expected !== got) throw sizeMismatch(expected, got);
  }
}

/** The vector of pictures among the named ones of a point, which the client's types leave open. */
function pictureOf(id: string, vectors: unknown): [string, number[]][] {
  const image = typeof vectors === 'object' && vectors !== null && IMAGE in vectors ? vectors[IMAGE] : undefined;
  return Array.isArray(image) ? [[id, image]] : [];
}

async function searchIn(
  client: QdrantClient,
  collection: string,
  query: VectorQuery,
  scope: SearchScope,
): Promise<VectorAnswer> {
  const { searches, read } = prepareSearch(query, scope);
  if (searches.length === 0 || query.fileIds?.length === 0) return read([]);
  try {
    return read(await client.queryBatch(collection, { searches }));
  } catch (error) {
    if (statusOf(error) === 404) return read([]);
    if (query.legs.image === undefined || !isVectorNameMissing(error)) throw error;
    // No picture is published yet: there is nothing to find by it.
    const { image: _, ...legs } = query.legs;
    const answer = await searchIn(client, collection, { ...query, legs }, scope);
    return { ...answer, legs: { ...answer.legs, image: [] } };
  }
}

/**
 * The vector index in Qdrant. Vectors of different models are in different collections, which are named by the model. Every filter carries the owner, in both tenancies.
 */
export function createQdrantVectorIndex(options: QdrantVectorIndexOptions): QdrantVectorIndex {
  const { collection, tenancy } = options;
  const client = connectQdrant(options);
  const places = createPlaces(client);
  const isShared = tenancy === 'shared';
  const alias = (ownerId: string): string => aliasOf(collection, tenancy, ownerId);
  const placeOf = (ownerId: string, modelId: string | undefined): string =>
    modelId === undefined ? alias(ownerId) : collectionOf(alias(ownerId), modelId);

  return {
    ensure: (ownerId, model, imageDimensions) => guarded(() => places.ensure(alias(ownerId), model, imageDimensions)),

    async upsert(ownerId, model, points) {
      const imageDimensions = points.flatMap((point) => ('image' in point ? [point.image.length] : []))[0];
      assertSizes(points, model.dimensions, imageDimensions);
      const structs = points.map((point) => pointOf(ownerId, point));
      await guarded(() => putOrMake(client, places, { alias: alias(ownerId), model, imageDimensions }, structs));
    },

    async replaceSparse(ownerId, model, points) {
      const place = placeOf(ownerId, model);
      for (let at = 0; at < points.length; at += POINTS_PER_REQUEST) {
        const vectors = points
          .slice(at, at + POINTS_PER_REQUEST)
          .map(({ id, sparse }) => ({ id, vector: { [SPARSE]: sparse } }));
        // Ids that are not there are answered with 404, after the others are done.
        await guardedUnlessMissing(() => client.updateVectors(place, { wait: true, points: vectors }), undefined);
      }
    },

    async deleteFile(ownerId, fileId, upToGeneration, models = [], after = 0) {
      const generations = { key: 'generation', range: { gt: after, lte: upToGeneration } };
      const filter = { must: [...ownerConditions(ownerId, [fileId]), generations] };
      const places = models.length > 0 ? models.map((model) => placeOf(ownerId, model)) : [alias(ownerId)];
      for (const place of places) {
        await guardedUnlessMissing(() => client.delete(place, { wait: true, filter }), undefined);
      }
    },

    search: (ownerId, query) =>
      guarded(() => searchIn(client, placeOf(ownerId, query.model), query, { ownerId, isShared })),

    async count(ownerId, fileId, model) {
      const filter = { must: ownerConditions(ownerId, fileId === undefined ? undefined : [fileId]) };
      const place = placeOf(ownerId, model);
      return (await guardedUnlessMissing(() => client.count(place, { filter, exact: true }), { count: 0 })).count;
    },

    async readPictures(ownerId, model, ids) {
      const filter = { must: [...ownerConditions(ownerId), { has_id: [...ids] }] };
      const wanted = { filter, limit: ids.length, with_vector: [IMAGE], with_payload: false };
      return guarded(async () => {
        try {
          const { points } = await client.scroll(placeOf(ownerId, model), wanted);
          return new Map(points.flatMap(({ id, vector }) => pictureOf(String(id), vector)));
        } catch (error) {
          if (statusOf(error) === 404 || isVectorNameMissing(error)) return new Map();
          throw error;
        }
      });
    },

    async dropIndex(model, deadline) {
      const isGone = await guarded(() => dropCollections(client, collection, model, deadline));
      places.forgetAll();
      return isGone;
    },

    moveAliases: (model) => guarded(() => moveAliases(client, collection, model)),

    async dropOwner(ownerId) {
      await guarded(async () => {
        const { collections } = await client.getCollections();
        const behind = collections.map(({ name }) => name).filter((name) => isBehind(alias(ownerId), name));
        for (const name of behind) {
          if (isShared) await client.delete(name, { wait: true, filter: { must: ownerConditions(ownerId) } });
          else await client.deleteCollection(name);
        }
      });
      if (!isShared) places.forgetAll();
    },

    async ping() {
      await guarded(() => client.collectionExists(collection));
    },
  };
}
