import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { LRUCache } from 'lru-cache';
import { BM25, partsOf } from '#shared/models/index-model.ts';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import { sizeMismatch, statusOf } from './qdrant-errors.ts';
import { collectionOf } from './qdrant-names.ts';

export const DENSE = 'dense';
export const SPARSE = 'sparse';
export const IMAGE = 'image';

/** Whether the store weighs the words of an index by how rare they are. */
export function usesIdf(indexModel: string): boolean {
  return partsOf(indexModel).sparse === BM25;
}

const REMEMBERED_PLACES = 10_000;

/** The payload fields that filters name. In one collection for all, Qdrant keeps each tenant's points together. */
const INDEXES: readonly { field: string; schema: Schemas['PayloadFieldSchema'] }[] = [
  { field: 'user_id', schema: { type: 'keyword', is_tenant: true } },
  { field: 'file_id', schema: 'keyword' },
  { field: 'generation', schema: 'integer' },
];

export interface Places {
  /**
   * Makes the collection of a model, in it the vector of pictures when their size is given, and the alias to it when
   * there is none yet; remembers that it did.
   * @throws AppError EMBEDDING_SIZE_MISMATCH when the collection is there with vectors of another size
   */
  ensure(alias: string, model: EmbeddingModel, imageDimensions?: number): Promise<void>;
  /** Forgets what was made, after it turned out to be gone. */
  forget(alias: string, model: EmbeddingModel, imageDimensions?: number): void;
  forgetAll(): void;
}

/** Runs `make`, which another process may have run just before: a conflict is as good as success. */
async function makeOnce(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (statusOf(error) !== 409) throw error;
  }
}

interface Sizes {
  /** Of vectors of texts. */
  dense: number;
  /** Of vectors of pictures; undefined while there is no place for any. */
  image: number | undefined;
}

/** The lengths of a collection's vectors; undefined when there is no such collection. */
async function sizesOf(client: QdrantClient, collection: string): Promise<Sizes | undefined> {
  try {
    const { config } = await client.getCollection(collection);
    const vectors = config.params.vectors as Record<string, { size?: number }> | undefined;
    return { dense: vectors?.[DENSE]?.size ?? 0, image: vectors?.[IMAGE]?.size };
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function makeCollection(client: QdrantClient, collection: string, model: EmbeddingModel): Promise<void> {
  await makeOnce(() =>
    client.createCollection(collection, {
      vectors: { [DENSE]: { size: model.dimensions, distance: 'Cosine' } },
      // A model's weights tell how much a word says by themselves.
      sparse_vectors: { [SPARSE]: usesIdf(model.id) ? { modifier: 'idf' } : {} },
      metadata: { embedding_model: model.id },
    }),
  );
}

/** Adds the vector of pictures to a collection that has none. */
async function makeImageVector(client: QdrantClient, collection: string, size: number): Promise<void> {
  try {
    await client.createVectorName(collection, IMAGE, { dense: { size, distance: 'Cosine' } }, { wait: true });
  } catch (error) {
    // Another process may have added it just before.
    if ((await sizesOf(client, collection))?.image === undefined) throw error;
  }
}

/** Makes the alias unless it is there; an existing one stays, because moving it is how the model is switched. */
async function makeAlias(client: QdrantClient, alias: string, collection: string): Promise<void> {
  const { exists } = await client.collectionExists(alias);
  const { aliases } = exists ? { aliases: [] } : await client.getAliases();
  if (exists || aliases.some(({ alias_name }) => alias_name === alias)) return;
  await client.updateCollectionAliases({
    actions: [{ create_alias: { alias_name: alias, collection_name: collection } }],
  });
}

async function makePlace(
  client: QdrantClient,
  alias: string,
  model: EmbeddingModel,
  imageDimensions: number | undefined,
): Promise<void> {
  const collection = collectionOf(alias, model.id);
  let sizes = await sizesOf(client, collection);
  if (sizes === undefined) {
    await makeCollection(client, collection, model);
    // Another process may have been first, with another model of this name.
    sizes = await sizesOf(client, collection);
  }
  if (sizes !== undefined && sizes.dense !== model.dimensions) throw sizeMismatch(sizes.dense, model.dimensions);
  if (imageDimensions !== undefined && sizes?.image === undefined) {
    await makeImageVector(client, collection, imageDimensions);
    sizes = await sizesOf(client, collection);
  }
  if (imageDimensions !== undefined && sizes?.image !== undefined && sizes.image !== imageDimensions) {
    throw sizeMismatch(sizes.image, imageDimensions);
  }
  for (const { field, schema } of INDEXES) {
    await client.createPayloadIndex(collection, { field_name: field, field_schema: schema, wait: true });
  }
  await makeAlias(client, alias, collection);
}

const keyOf = (alias: string, model: EmbeddingModel, imageDimensions: number | undefined): string =>
  `${collectionOf(alias, model.id)} ${model.dimensions} ${imageDimensions ?? ''}`;

export function createPlaces(client: QdrantClient): Places {
  const made = new LRUCache<string, Promise<void>>({ max: REMEMBERED_PLACES });
  return {
    ensure(alias, model, imageDimensions) {
      const key = keyOf(alias, model, imageDimensions);
      const known = made.get(key);
      if (known !== undefined) return known;
      const making = makePlace(client, alias, model, imageDimensions).catch((error: unknown) => {
        made.delete(key);
        throw error;
      });
      made.set(key, making);
      return making;
    },
    forget(alias, model, imageDimensions) {
      made.delete(keyOf(alias, model, imageDimensions));
    },
    forgetAll() {
      made.clear();
    },
  };
}
