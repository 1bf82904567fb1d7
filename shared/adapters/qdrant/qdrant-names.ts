import { createHash } from 'node:crypto';

export type QdrantTenancy = 'collection-per-user' | 'shared';

const SLUG_LENGTH = 60;

/** Between the alias and the model; neither holds it (ids are UUIDs, slugs have single hyphens and underscores only). */
const SEPARATOR = '__';

/** The model's name as a part of a collection's name; the hash keeps apart what looks the same after the change. */
function slugOf(modelId: string): string {
  const readable = modelId
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .slice(0, SLUG_LENGTH);
  const hash = createHash('sha256').update(modelId).digest('hex').slice(0, 8);
  return `${readable}-${hash}`;
}

/** The name that leads to a person's vectors, whichever model made them. */
export function aliasOf(collection: string, tenancy: QdrantTenancy, ownerId: string): string {
  return tenancy === 'shared' ? collection : `${collection}_${ownerId}`;
}

/** The name of the collection that holds the vectors of one model, so that those of two are never mixed. */
export function collectionOf(alias: string, modelId: string): string {
  return `${alias}${SEPARATOR}${slugOf(modelId)}`;
}

const PERSON = /^(?:_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?$/;

/** The alias of the collection, of whoever it is, when it holds vectors of this model; undefined for all others. */
export function aliasBefore(collection: string, modelId: string, name: string): string | undefined {
  const ending = collectionOf('', modelId);
  if (!name.startsWith(collection) || !name.endsWith(ending)) return undefined;
  const alias = name.slice(0, -ending.length);
  return PERSON.test(alias.slice(collection.length)) ? alias : undefined;
}

/** Whether a collection holds vectors behind this alias, of any model. */
export function isBehind(alias: string, collection: string): boolean {
  return collection.startsWith(`${alias}${SEPARATOR}`);
}
