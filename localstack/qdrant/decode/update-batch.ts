import type { Collection } from '../engine/collection.ts';
import type { Operation } from '../engine/operations.ts';
import { formatError } from '../errors.ts';
import { type Json, ownValue } from '../json.ts';
import {
  readClearPayload,
  readDelete,
  readDeletePayload,
  readOverwritePayload,
  readSetPayload,
  readUpsert,
  readVectorsDelete,
  readVectorsUpdate,
} from './points.ts';
import { asArray, asObject, required } from './reader.ts';

type ReadOperation = (value: Json, collection: Collection) => Operation;

const READERS: readonly [string, ReadOperation][] = [
  ['upsert', readUpsert],
  ['delete', readDelete],
  ['set_payload', readSetPayload],
  ['overwrite_payload', readOverwritePayload],
  ['delete_payload', readDeletePayload],
  ['clear_payload', readClearPayload],
  ['update_vectors', readVectorsUpdate],
  ['delete_vectors', readVectorsDelete],
];

/** The updates of `points/batch`, each read only when its turn comes: one that is refused does not stop the ones before. */
export function readUpdateBatch(value: Json): ((collection: Collection) => Operation)[] {
  const operations = required(asObject(value, 'struct UpdateOperations'), 'operations', (list) => asArray(list));
  return operations.map((item) => {
    const object = asObject(item, 'enum UpdateOperation');
    const reader = READERS.find(([name]) => ownValue(object, name) !== undefined);
    if (reader === undefined) throw formatError('data did not match any variant of untagged enum UpdateOperation');
    const [name, read] = reader;
    return (collection) => read(ownValue(object, name) ?? null, collection);
  });
}
