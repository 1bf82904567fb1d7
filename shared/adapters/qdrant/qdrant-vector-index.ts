import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import type { ChunkPoint, VectorIndex } from '#shared/ports/vector-index.ts';
import { connectQdrant, type QdrantConnection } from './qdrant-connection.ts';
import { sizeMismatch, statusOf, translateQdrantError } from './qdrant-errors.ts';
import { aliasOf, collectionOf, isBehind, type QdrantTenancy } from './qdrant-names.ts';
import { createPlaces, DENSE, type Places, SPARSE } from './qdrant-places.ts';
import { ownerConditions, prepareSearch } from './qdrant-search.ts';

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

function pointOf(ownerId: string, point: ChunkPoint): Schemas['PointStruct'] {
  return {
    id: point.id,
    vector: { [DENSE]: point.dense, [SPARSE]: point.sparse },
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

/** Puts the points; makes the collection again when it went away after it was ensured. */
async function putOrMake(
  client: QdrantClient,
  places: Places,
  alias: string,
  model: EmbeddingModel,
  points: Schemas['PointStruct'][],
) {
  const collection = collectionOf(alias, model);
  try {
    await putPoints(client, collection, points);
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
    places.forget(alias, model);
    await places.ensure(alias, model);
    await putPoints(client, collection, points);
  }
}

/**
 * The vector index in Qdrant. Vectors of different models are in different collections; searches, counts and deletes go
 * through an alias. Every filter carries the owner, in both tenancies.
 */
export function createQdrantVectorIndex(options: QdrantVectorIndexOptions): QdrantVectorIndex {
  const { collection, tenancy } = options;
  const client = connectQdrant(options);
  const places = createPlaces(client);
  const isShared = tenancy === 'shared';
  const alias = (ownerId: string): string => aliasOf(collection, tenancy, ownerId);

  return {
    ensure: (ownerId, model) => guarded(() => places.ensure(alias(ownerId), model)),

    async upsert(ownerId, model, points) {
      const wrong = points.find(({ dense }) => dense.length !== model.dimensions);
      if (wrong !== undefined) throw sizeMismatch(model.dimensions, wrong.dense.length);
      const structs = points.map((point) => pointOf(ownerId, point));
      await guarded(() => putOrMake(client, places, alias(ownerId), model, structs));
    },

    async deleteFile(ownerId, fileId, upToGeneration) {
      const generations = { key: 'generation', range: { lte: upToGeneration } };
      const filter = { must: [...ownerConditions(ownerId, [fileId]), generations] };
      await guardedUnlessMissing(() => client.delete(alias(ownerId), { wait: true, filter }), undefined);
    },

    async search(ownerId, query) {
      const { searches, read } = prepareSearch(query, { ownerId, isShared });
      if (searches.length === 0 || query.fileIds?.length === 0) return read([]);
      return read(await guardedUnlessMissing(() => client.queryBatch(alias(ownerId), { searches }), []));
    },

    async count(ownerId, fileId) {
      const filter = { must: ownerConditions(ownerId, fileId === undefined ? undefined : [fileId]) };
      const answer = guardedUnlessMissing(() => client.count(alias(ownerId), { filter, exact: true }), { count: 0 });
      return (await answer).count;
    },

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
