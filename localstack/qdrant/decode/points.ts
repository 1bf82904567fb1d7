import type { Collection } from '../engine/collection.ts';
import type { Operation, Target, UpsertMode } from '../engine/operations.ts';
import { formatError, validationError } from '../errors.ts';
import { type Json, type JsonObject, ownValue } from '../json.ts';
import { parsePath } from '../json-path.ts';
import { type PointId, readPointId } from '../point-id.ts';
import { readFilter } from './filter.ts';
import { asArray, asObject, asString, oneOf, optional, required } from './reader.ts';
import { type GivenVectors, readVector, readVectors } from './vectors.ts';

interface GivenPoint {
  id: PointId;
  payload: JsonObject;
  vectors: GivenVectors;
}

function readPayload(value: Json): JsonObject {
  return asObject(value, 'a map');
}

function readPointIds(value: Json): PointId[] {
  return asArray(value).map(readPointId);
}

/** A filter that was found well formed, as it was sent. */
function readRawFilter(value: Json): JsonObject {
  readFilter(value);
  return asObject(value, 'struct Filter');
}

function readList(value: Json): GivenPoint[] {
  return asArray(value).map((item, at) => {
    const point = asObject(item, 'struct PointStruct');
    return {
      id: readPointId(required(point, 'id', (id) => id)),
      payload: optional(point, 'payload', readPayload) ?? {},
      vectors: readVectors(
        required(point, 'vector', (vector) => vector),
        `points[${at}].vector`,
      ),
    };
  });
}

function checkLengths(ids: number, others: number, what: string): void {
  if (ids !== others) {
    throw validationError('batch', `number of ids and ${what} must be equal (${ids} != ${others})`);
  }
}

function readBatch(value: Json): GivenPoint[] {
  const batch = asObject(value, 'struct Batch');
  const ids = required(batch, 'ids', readPointIds);
  const columns = required(batch, 'vectors', (vectors): [string, Json[]][] =>
    Array.isArray(vectors)
      ? [['', vectors]]
      : Object.entries(asObject(vectors, 'batch vectors')).map(([name, list]) => [name, asArray(list)]),
  );
  for (const [, list] of columns) checkLengths(ids.length, list.length, 'vectors');
  const payloads = optional(batch, 'payloads', (list) => asArray(list));
  if (payloads !== undefined) checkLengths(ids.length, payloads.length, 'payloads');
  return ids.map((id, at) => {
    const payload = payloads?.[at] ?? null;
    const vectors: GivenVectors = new Map();
    for (const [name, list] of columns) vectors.set(name, readVector(list[at] ?? null, 'batch.vectors.?'));
    return { id, payload: payload === null ? {} : readPayload(payload), vectors };
  });
}

/** Reads the two forms of an upsert, a list of points and a batch of columns. */
export function readUpsert(value: Json, collection: Collection): Operation {
  const object = asObject(value, 'an upsert');
  const list = ownValue(object, 'points');
  const batch = ownValue(object, 'batch');
  if (list === undefined && batch === undefined) {
    throw formatError('data did not match any variant of untagged enum PointInsertOperations');
  }
  const given = batch === undefined ? readList(list ?? null) : readBatch(batch);
  const mode: UpsertMode =
    optional(object, 'update_mode', (name) => oneOf(name, ['upsert', 'insert_only', 'update_only'])) ?? 'upsert';
  return {
    kind: 'upsert',
    points: given.map(({ id, payload, vectors }) => ({ id, payload, vectors: collection.checkVectors(vectors) })),
    mode,
    updateFilter: optional(object, 'update_filter', readRawFilter),
  };
}

export function readVectorsUpdate(value: Json, collection: Collection): Operation {
  const object = asObject(value, 'struct UpdateVectors');
  const points = required(object, 'points', (list) => asArray(list)).map((item, at) => {
    const point = asObject(item, 'struct PointVectors');
    const path = `points[${at}].vector`;
    const given = readVectors(
      required(point, 'vector', (vector) => vector),
      path,
    );
    if (given.size === 0) throw validationError(path, 'must specify vectors to update for point');
    return { id: readPointId(required(point, 'id', (id) => id)), vectors: collection.checkVectors(given) };
  });
  if (points.length === 0) throw validationError('points', 'must specify points to update');
  return { kind: 'updateVectors', points, updateFilter: optional(object, 'update_filter', readRawFilter) };
}

/** The points that an update is for: a list of ids, or a filter. */
export function readTarget(object: JsonObject): Target {
  const ids = optional(object, 'points', readPointIds);
  if (ids !== undefined) return { ids };
  const filter = optional(object, 'filter', readRawFilter);
  if (filter !== undefined) return { filter };
  throw formatError('Either list of point ids or filter must be provided');
}

function readNames(value: Json): string[] {
  return asArray(value).map(asString);
}

export function readDelete(value: Json): Operation {
  return { kind: 'delete', target: readTarget(asObject(value, 'a selection of points')) };
}

export function readVectorsDelete(value: Json, collection: Collection): Operation {
  const object = asObject(value, 'struct DeleteVectors');
  const names = required(object, 'vector', readNames);
  if (names.length === 0) throw validationError('vector', 'must specify vector names to delete');
  collection.checkNames(names);
  return { kind: 'deleteVectors', names, target: readTarget(object) };
}

export function readSetPayload(value: Json): Operation {
  const object = asObject(value, 'struct SetPayload');
  const key = optional(object, 'key', asString);
  if (key !== undefined) parsePath(key);
  return { kind: 'setPayload', payload: required(object, 'payload', readPayload), key, target: readTarget(object) };
}

export function readOverwritePayload(value: Json): Operation {
  const object = asObject(value, 'struct SetPayload');
  return { kind: 'overwritePayload', payload: required(object, 'payload', readPayload), target: readTarget(object) };
}

export function readDeletePayload(value: Json): Operation {
  const object = asObject(value, 'struct DeletePayload');
  const keys = required(object, 'keys', readNames);
  for (const key of keys) parsePath(key);
  return { kind: 'deletePayload', keys, target: readTarget(object) };
}

export function readClearPayload(value: Json): Operation {
  return { kind: 'clearPayload', target: readTarget(asObject(value, 'a selection of points')) };
}
