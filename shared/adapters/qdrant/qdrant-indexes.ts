import type { QdrantClient } from '@qdrant/js-client-rest';
import { aliasBefore } from './qdrant-names.ts';

/** Aliases changed by one request. */
const BATCH = 500;

/** Every collection that holds vectors of one model, and the alias it may stand behind. */
async function collectionsOf(client: QdrantClient, collection: string, modelId: string) {
  const { collections } = await client.getCollections();
  return collections.flatMap(({ name }) => {
    const alias = aliasBefore(collection, modelId, name);
    return alias === undefined ? [] : [{ name, alias }];
  });
}

/** Lets the aliases of all people who have a collection of this model lead there; those that do already stay. */
export async function moveAliases(client: QdrantClient, collection: string, modelId: string): Promise<void> {
  const { aliases } = await client.getAliases();
  const targets = new Map(aliases.map(({ alias_name, collection_name }) => [alias_name, collection_name]));
  const moved = (await collectionsOf(client, collection, modelId)).filter(
    ({ name, alias }) => targets.get(alias) !== name,
  );
  for (let at = 0; at < moved.length; at += BATCH) {
    const actions = moved
      .slice(at, at + BATCH)
      .flatMap(({ name, alias }) => [
        ...(targets.has(alias) ? [{ delete_alias: { alias_name: alias } }] : []),
        { create_alias: { alias_name: alias, collection_name: name } },
      ]);
    await client.updateCollectionAliases({ actions });
  }
}

/** Deletes the collections of one model until the deadline. @returns whether none is left */
export async function dropCollections(
  client: QdrantClient,
  collection: string,
  modelId: string,
  deadline: number,
): Promise<boolean> {
  for (const { name } of await collectionsOf(client, collection, modelId)) {
    if (Date.now() >= deadline) return false;
    await client.deleteCollection(name);
  }
  return true;
}
