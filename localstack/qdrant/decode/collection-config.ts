import type { CollectionConfig, DenseParams, SparseParams } from '../engine/collection-config.ts';
import { DISTANCES } from '../engine/distance.ts';
import { formatError, notSupported, QdrantError, validationError, vectorNameMissing, wrongInput } from '../errors.ts';
import { isObject, type Json, type JsonObject, ownValue, setOwnValue } from '../json.ts';
import { mergeInto } from '../json-path.ts';
import { asCount, asObject, oneOf, optional, positiveCount, required } from './reader.ts';

const MAX_DIMENSIONS = 65_536;
const SHOWN_PARAMS = ['shard_number', 'replication_factor', 'write_consistency_factor', 'on_disk_payload', 'payload'];

const HNSW = { m: 16, ef_construct: 100, full_scan_threshold: 10_000, max_indexing_threads: 0, on_disk: false };
const OPTIMIZERS = {
  deleted_threshold: 0.2,
  vacuum_min_vector_number: 1000,
  default_segment_number: 0,
  max_segment_size: null,
  memmap_threshold: null,
  indexing_threshold: 10_000,
  flush_interval_sec: 5,
  max_optimization_threads: null,
};
const WAL = { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 };
const PARAMS = { shard_number: 1, replication_factor: 1, write_consistency_factor: 1, on_disk_payload: true };

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null));
}

function readDenseParams(value: Json, path: string): DenseParams {
  const given = asObject(value, 'struct VectorParams');
  const size = required(given, 'size', asCount);
  if (size < 1 || size > MAX_DIMENSIONS) {
    throw validationError(`${path}size`, `value ${size} invalid, must be from 1 to ${MAX_DIMENSIONS}`);
  }
  if (isObject(ownValue(given, 'multivector_config'))) throw notSupported('A multivector');
  return { size, distance: required(given, 'distance', (name) => oneOf(name, DISTANCES)), given: withoutNulls(given) };
}

function readSparseParams(value: Json): SparseParams {
  const given = asObject(value, 'struct SparseVectorParams');
  const modifier = optional(given, 'modifier', (name) => oneOf(name, ['none', 'idf']));
  return { usesIdf: modifier === 'idf', given: withoutNulls(given) };
}

function readNamed<T>(value: JsonObject, read: (params: Json, name: string) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(value).map(([name, params]) => [name, read(params, name)]));
}

function readHnsw(value: Json): JsonObject {
  const hnsw = asObject(value, 'struct HnswConfigDiff');
  const ef = optional(hnsw, 'ef_construct', asCount);
  if (ef !== undefined && ef < 4) {
    throw validationError('hnsw_config.ef_construct', `value ${ef} invalid, must be 4 or larger`);
  }
  return withoutNulls(hnsw);
}

function readShown(value: Json): JsonObject {
  return withoutNulls(asObject(value, 'a map'));
}

/** Reads the body of `PUT /collections/{name}`. @throws QdrantError 400 or 422 */
export function readCollectionConfig(value: Json): CollectionConfig {
  const object = asObject(value, 'struct CreateCollection');
  const vectors = optional(object, 'vectors', (given) => asObject(given, 'vectors')) ?? {};
  const sparse = optional(object, 'sparse_vectors', (given) => asObject(given, 'sparse_vectors')) ?? {};
  const isUnnamed = typeof ownValue(vectors, 'size') === 'number' || typeof ownValue(vectors, 'distance') === 'string';
  const config: CollectionConfig = {
    isUnnamed,
    dense: isUnnamed
      ? { '': readDenseParams(vectors, 'vectors.') }
      : readNamed(vectors, (params, name) => readDenseParams(params, `vectors.${name}.`)),
    sparse: readNamed(sparse, readSparseParams),
    shown: {
      params: { ...PARAMS },
      hnsw: { ...HNSW, ...optional(object, 'hnsw_config', readHnsw) },
      optimizers: { ...OPTIMIZERS, ...optional(object, 'optimizers_config', readShown) },
      wal: { ...WAL, ...optional(object, 'wal_config', readShown) },
      quantization: optional(object, 'quantization_config', readShown) ?? null,
      strictMode: { enabled: false, ...optional(object, 'strict_mode_config', readShown) },
      metadata: optional(object, 'metadata', readShown) ?? null,
    },
  };
  for (const field of SHOWN_PARAMS) {
    const given = ownValue(object, field) ?? null;
    if (given !== null) setOwnValue(config.shown.params, field, given);
  }
  positiveCount(object, 'shard_number');
  positiveCount(object, 'replication_factor');
  const twice = Object.keys(config.dense).find((name) => Object.hasOwn(config.sparse, name));
  if (twice !== undefined) throw wrongInput(`Dense and sparse vector names must be unique - duplicate names: ${twice}`);
  return config;
}

/**
 * The configuration after `PUT /collections/{name}/vectors/{vector}`; a vector that is there as it is asked for stays.
 * @throws QdrantError 400, 409 when one of this name is there with other parameters
 */
export function readNewVector(value: Json, name: string, before: CollectionConfig): CollectionConfig {
  const object = asObject(value, 'enum VectorNameConfig');
  const dense = optional(object, 'dense', (given) => readDenseParams(given, 'dense.'));
  const sparse = dense === undefined ? optional(object, 'sparse', readSparseParams) : undefined;
  if (dense === undefined && sparse === undefined) {
    throw formatError('data did not match any variant of untagged enum VectorNameConfig');
  }
  const config = structuredClone(before);
  const known = Object.hasOwn(config.dense, name) ? config.dense[name] : undefined;
  const isTaken = known !== undefined || Object.hasOwn(config.sparse, name);
  const isSame = dense !== undefined && known?.size === dense.size && known.distance === dense.distance;
  if (isTaken && !isSame) throw new QdrantError(409, `Wrong input: Vector \`${name}\` already exists!`);
  if (isTaken) return before;
  if (dense !== undefined) config.dense[name] = dense;
  if (sparse !== undefined) config.sparse[name] = sparse;
  return config;
}

/** The configuration after `PATCH /collections/{name}`. @throws QdrantError 400 for an unknown vector name */
export function readConfigUpdate(value: Json, before: CollectionConfig): CollectionConfig {
  const object = asObject(value, 'struct UpdateCollection');
  const config = structuredClone(before);
  const { shown } = config;
  mergeInto(shown.hnsw, optional(object, 'hnsw_config', readHnsw) ?? {});
  mergeInto(shown.optimizers, optional(object, 'optimizers_config', readShown) ?? {});
  mergeInto(shown.params, optional(object, 'params', readShown) ?? {});
  mergeInto(shown.strictMode, optional(object, 'strict_mode_config', readShown) ?? {});
  const metadata = optional(object, 'metadata', (given) => asObject(given, 'a map'));
  if (metadata !== undefined) {
    shown.metadata ??= {};
    mergeInto(shown.metadata, metadata);
  }
  for (const [name, diff] of Object.entries(optional(object, 'vectors', readShown) ?? {})) {
    const params = Object.hasOwn(config.dense, name) ? config.dense[name] : undefined;
    if (params === undefined) throw vectorNameMissing(name);
    mergeInto(params.given, asObject(diff, 'struct VectorParamsDiff'));
  }
  for (const [name, given] of Object.entries(optional(object, 'sparse_vectors', readShown) ?? {})) {
    const params = Object.hasOwn(config.sparse, name) ? config.sparse[name] : undefined;
    if (params === undefined) throw vectorNameMissing(name);
    const next = readSparseParams(given);
    mergeInto(params.given, next.given);
    if (ownValue(next.given, 'modifier') !== undefined) params.usesIdf = next.usesIdf;
  }
  return config;
}
