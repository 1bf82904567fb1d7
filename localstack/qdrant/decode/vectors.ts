import type { SparseValue } from '../engine/vectors.ts';
import { formatError, notSupported, validationError } from '../errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { asArray, asFloat } from './reader.ts';

const MAX_U32 = 2 ** 32 - 1;

/** The vectors of a point as the request gives them; the unnamed one has the name `''`. */
export type GivenVectors = Map<string, Float32Array | SparseValue>;

export function readDense(list: readonly Json[]): Float32Array {
  const vector = new Float32Array(list.length);
  for (let at = 0; at < list.length; at += 1) {
    const value = list[at];
    if (typeof value !== 'number') throw formatError('data did not match any variant of untagged enum VectorStruct');
    vector[at] = value;
    if (!Number.isFinite(vector[at])) throw formatError('number out of range');
  }
  return vector;
}

function readIndex(value: Json): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > MAX_U32) {
    throw formatError('invalid value for a sparse index, expected u32');
  }
  return value;
}

/**
 * Reads `{indices, values}` and sorts it by index.
 * @param path how the place is named in a validation error, e.g. `points[0].vector.?`
 */
export function readSparse(object: JsonObject, path: string): SparseValue {
  const indices = asArray(ownValue(object, 'indices')).map(readIndex);
  const values = asArray(ownValue(object, 'values')).map(asFloat);
  if (indices.length !== values.length) {
    throw validationError(`${path}.values`, 'Validation error: must be the same length as indices [{}]');
  }
  if (new Set(indices).size !== indices.length) {
    throw validationError(`${path}.indices`, 'Validation error: must be unique [{}]');
  }
  const order = [...indices.keys()].sort((left, right) => (indices[left] as number) - (indices[right] as number));
  return {
    indices: Uint32Array.from(order, (at) => indices[at] as number),
    values: Float32Array.from(order, (at) => values[at] as number),
  };
}

export function readVector(value: Json, path: string): Float32Array | SparseValue {
  if (Array.isArray(value)) {
    if (Array.isArray(value[0])) throw notSupported('A multivector');
    return readDense(value);
  }
  if (isObject(value) && ownValue(value, 'indices') !== undefined) return readSparse(value, path);
  if (isObject(value)) throw notSupported('Inference');
  throw formatError('data did not match any variant of untagged enum VectorStruct');
}

/** Reads the `vector` of a point: a bare list, or one vector a name. */
export function readVectors(value: Json, path: string): GivenVectors {
  if (Array.isArray(value)) return new Map([['', readVector(value, path)]]);
  if (!isObject(value)) throw formatError('data did not match any variant of untagged enum VectorStruct');
  return new Map(Object.entries(value).map(([name, vector]) => [name, readVector(vector, `${path}.?`)]));
}
