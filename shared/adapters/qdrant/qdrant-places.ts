import type { QdrantClient, Schemas } from '@qdrant/js-client-rest';
import { LRUCache } from 'lru-cache';
import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import { sizeMismatch, statusOf } from './qdrant-errors.ts';
import { collectionOf } from './qdrant-names.ts';

export const DENSE = 'dense';
export const SPARSE = 'sparse';

const REMEMBERED_PLACES = 10_000;

/** The payload fields that filters name. In one collection for all, Qdrant keeps each tenant's points together. */
const INDEXES: readonly { field: string; schema: Schemas['PayloadFieldSchema'] }[] = [
  { field: 'user_id', schema: { type: 'keyword', is_tenant: true } },
  { field: 'file_id', schema: 'keyword' },
  { field: 'generation', schema: 'integer' },
];

export interface Places {
  /**
   * Makes the collection of a model and, when there is none yet, the alias to it; remembers that it did.
   * @throws AppError EMBEDDING_SIZE_MISMATCH when the collection is there with vectors of another size
   */
  ensure(alias: string, model: EmbeddingModel): Promise<void>;
  /** Forgets what was made, after it turned out to be gone. */
  forget(alias: string, model: EmbeddingModel): void;
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

/** The length of a collection's dense vectors; undefined when there is no such collection. */
async function sizeOf(client: QdrantClient, collection: string): Promise<number | undefined> {
  try {
    const { config } = await client.getCollection(collection);
    const vectors = config.params.vectors as Record<string, { size?: number }> | undefined;
    return vectors?.[DENSE]?.size ?? 0;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

async function makeCollection(client: QdrantClient, collection: string, model: EmbeddingModel): Promise<void> {
  await makeOnce(() =>
    client.createCollection(collection, {
      vectors: { [DENSE]: { size: model.dimensions, distance: 'Cosine' } },
      sparse_vectors: { [SPARSE]: { modifier: 'idf' } },
      metadata: { embedding_model: model.id },
    }),
  );
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

async function makePlace(client: QdrantClient, alias: string, model: EmbeddingModel): Promise<void> {
  const collection = collectionOf(alias, model);
  let size = await sizeOf(client, collection);
  if (size === undefined) {
    await makeCollection(client, collection, model);
    // Another process may have been first, with another model of this name.
    size = await sizeOf(client, collection);
  }
  if (size !== undefined && size !== model.dimensions) throw sizeMismatch(size, model.dimensions);
  for (const { field, schema } of INDEXES) {
    await client.createPayloadIndex(collection, { field_name: field, field_schema: schema, wait: true });
  }
  await makeAlias(client, alias, collection);
}

export function createPlaces(client: QdrantClient): Places {
  const made = new LRUCache<string, Promise<void>>({ max: REMEMBERED_PLACES });
  return {
    ensure(alias, model) {
      const key = `${collectionOf(alias, model)} ${model.dimensions}`;
      const known = made.get(key);
      if (known !== undefined) return known;
      const making = makePlace(client, alias, model).catch((error: unknown) => {
        made.delete(key);
        throw error;
      });
      made.set(key, making);
      return making;
    },
    forget(alias, model) {
      made.delete(`${collectionOf(alias, model)} ${model.dimensions}`);
    },
    forgetAll() {
      made.clear();
    },
  };
}
