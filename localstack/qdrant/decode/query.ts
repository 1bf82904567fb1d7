import type { SparseValue } from '../engine/vectors.ts';
import { badRequest, formatError, notSupported, wrongInput } from '../errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { type PathStep, parsePath } from '../json-path.ts';
import { type PointId, readPointId } from '../point-id.ts';
import { type Filter, readFilter } from './filter.ts';
import { type OrderBy, readOrderBy } from './order-by.ts';
import { asCount, asFloat, asNumber, asObject, asString, oneOf, optional, positiveCount, required } from './reader.ts';
import { type PayloadSelector, readPayloadSelector, readVectorSelector, type VectorSelector } from './selectors.ts';
import { readDense, readSparse } from './vectors.ts';

export type VectorInput =
  | { kind: 'dense'; vector: Float32Array }
  | { kind: 'sparse'; vector: SparseValue }
  | { kind: 'id'; id: PointId };

export type Query =
  | { kind: 'nearest'; input: VectorInput }
  | { kind: 'rrf'; k: number | undefined; weights: number[] | undefined }
  | { kind: 'dbsf' }
  | { kind: 'orderBy'; orderBy: OrderBy }
  | { kind: 'sample' };

export interface Stage {
  prefetch: Stage[];
  query: Query | undefined;
  using: string;
  filter: Filter | undefined;
  scoreThreshold: number | undefined;
  limit: number;
  lookupFrom: { collection: string; vector: string | undefined } | undefined;
  /** Points over which document frequencies are counted; undefined means the whole collection. */
  idfCorpus: Filter | undefined;
  /** As it was sent; two stages that ask the same are known by it. */
  asked: JsonObject;
}

export interface QueryRequest extends Stage {
  offset: number;
  withPayload: PayloadSelector;
  withVector: VectorSelector;
}

export interface GroupsRequest extends QueryRequest {
  groupBy: PathStep[];
  groupByField: string;
  groupSize: number;
  withLookup: { collection: string; withPayload: PayloadSelector; withVector: VectorSelector } | undefined;
}

const DEFAULT_LIMIT = 10;
const DEFAULT_GROUP_SIZE = 3;
const MAX_PREFETCH_DEPTH = 64;
const UNSUPPORTED = ['recommend', 'discover', 'context', 'formula', 'relevance_feedback'];

function readVectorInput(value: Json, path: string): VectorInput {
  if (Array.isArray(value)) {
    if (Array.isArray(value[0])) throw notSupported('A multivector');
    return { kind: 'dense', vector: readDense(value) };
  }
  if (isObject(value)) {
    if (ownValue(value, 'indices') === undefined) throw notSupported('Inference');
    return { kind: 'sparse', vector: readSparse(value, path) };
  }
  return { kind: 'id', id: readPointId(value) };
}

function readRrf(value: Json): Query {
  const rrf = asObject(value, 'struct Rrf');
  return {
    kind: 'rrf',
    k: positiveCount(rrf, 'k', 'query.rrf.k'),
    weights: optional(rrf, 'weights', (weights) => {
      if (!Array.isArray(weights)) throw formatError('invalid type, expected a sequence');
      return weights.map(asFloat);
    }),
  };
}

function readQuery(value: Json): Query {
  if (!isObject(value) || ownValue(value, 'indices') !== undefined) {
    return { kind: 'nearest', input: readVectorInput(value, 'query.?') };
  }
  const nearest = ownValue(value, 'nearest');
  if (nearest !== undefined) {
    if (isObject(ownValue(value, 'mmr'))) throw notSupported('The `mmr` query');
    return { kind: 'nearest', input: readVectorInput(nearest, 'query.nearest') };
  }
  const fusion = ownValue(value, 'fusion');
  if (fusion !== undefined) {
    return oneOf(fusion, ['rrf', 'dbsf']) === 'dbsf'
      ? { kind: 'dbsf' }
      : { kind: 'rrf', k: undefined, weights: undefined };
  }
  const rrf = ownValue(value, 'rrf');
  if (rrf !== undefined) return readRrf(rrf);
  const orderBy = ownValue(value, 'order_by');
  if (orderBy !== undefined) return { kind: 'orderBy', orderBy: readOrderBy(orderBy) };
  const sample = ownValue(value, 'sample');
  if (sample !== undefined) {
    oneOf(sample, ['random']);
    return { kind: 'sample' };
  }
  const unsupported = UNSUPPORTED.find((kind) => ownValue(value, kind) !== undefined);
  if (unsupported !== undefined) throw notSupported(`The \`${unsupported}\` query`);
  throw formatError('data did not match any variant of untagged enum QueryInterface');
}

function readParams(value: Json): Filter | undefined {
  const params = asObject(value, 'struct SearchParams');
  return optional(params, 'idf', (idf) => {
    if (typeof idf === 'string') {
      oneOf(idf, ['global']);
      return undefined;
    }
    return required(asObject(idf, 'enum IdfParams'), 'corpus', readFilter);
  });
}

function readPrefetch(value: Json, depth: number): Stage[] {
  if (depth > MAX_PREFETCH_DEPTH) {
    throw wrongInput(`Validation failed: prefetches depth ${depth} exceeds max depth ${MAX_PREFETCH_DEPTH}`);
  }
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => readStage(asObject(item, 'struct Prefetch'), depth));
}

function checkStage(stage: Stage): void {
  const { query, prefetch, scoreThreshold, using } = stage;
  if (prefetch.length > 0 && query === undefined) {
    throw badRequest("A query is needed to merge the prefetches. Can't have prefetches without defining a query.");
  }
  if (scoreThreshold !== undefined) {
    if (query === undefined) {
      throw badRequest(
        "A query is needed to use the score_threshold. Can't have score_threshold without defining a query.",
      );
    }
    if (query.kind === 'orderBy') throw badRequest("Can't use score_threshold with an order_by query.");
  }
  if (query?.kind === 'rrf' || query?.kind === 'dbsf') {
    if (using !== '') throw badRequest("Fusion queries cannot be combined with the 'using' field.");
    if (prefetch.length === 0) throw wrongInput('Validation failed: cannot apply Fusion without prefetches');
  }
}

function readStage(object: JsonObject, depth: number): Stage {
  const stage: Stage = {
    prefetch: optional(object, 'prefetch', (value) => readPrefetch(value, depth + 1)) ?? [],
    query: optional(object, 'query', readQuery),
    using: optional(object, 'using', asString) ?? '',
    filter: optional(object, 'filter', readFilter),
    scoreThreshold: optional(object, 'score_threshold', (value) => Math.fround(asNumber(value))),
    limit: positiveCount(object, 'limit') ?? DEFAULT_LIMIT,
    lookupFrom: optional(object, 'lookup_from', (value) => {
      const lookup = asObject(value, 'struct LookupLocation');
      return { collection: required(lookup, 'collection', asString), vector: optional(lookup, 'vector', asString) };
    }),
    idfCorpus: optional(object, 'params', readParams),
    asked: object,
  };
  checkStage(stage);
  return stage;
}

/** @throws QdrantError 400 or 422 for a body that is no query. */
export function readQueryRequest(value: Json): QueryRequest {
  const object = asObject(value, 'struct QueryRequest');
  return {
    ...readStage(object, 0),
    offset: optional(object, 'offset', asCount) ?? 0,
    withPayload: optional(object, 'with_payload', readPayloadSelector) ?? false,
    withVector: optional(object, 'with_vector', readVectorSelector) ?? false,
  };
}

/** @throws QdrantError 400 or 422 for a body that is no grouped query. */
export function readGroupsRequest(value: Json): GroupsRequest {
  const object = asObject(value, 'struct QueryGroupsRequest');
  const groupByField = required(object, 'group_by', asString);
  return {
    ...readQueryRequest({ ...object, offset: null }),
    groupBy: parsePath(groupByField),
    groupByField,
    groupSize: positiveCount(object, 'group_size') ?? DEFAULT_GROUP_SIZE,
    withLookup: optional(object, 'with_lookup', (lookup) => {
      if (typeof lookup === 'string') return { collection: lookup, withPayload: true, withVector: false };
      const inner = asObject(lookup, 'struct WithLookup');
      return {
        collection: required(inner, 'collection', asString),
        withPayload: optional(inner, 'with_payload', readPayloadSelector) ?? true,
        withVector:
          optional(inner, 'with_vectors', readVectorSelector) ??
          optional(inner, 'with_vector', readVectorSelector) ??
          false,
      };
    }),
  };
}
