import type { Collection } from '../engine/collection.ts';
import type { CollectionConfig } from '../engine/collection-config.ts';
import type { JsonObject } from '../json.ts';

function shownParams(config: CollectionConfig): JsonObject {
  const dense = Object.entries(config.dense).map(([name, { given }]): [string, JsonObject] => [name, given]);
  const sparse = Object.entries(config.sparse).map(([name, { given }]): [string, JsonObject] => [name, given]);
  const [first] = dense;
  const vectors = config.isUnnamed && first !== undefined ? first[1] : Object.fromEntries(dense);
  const params: JsonObject = { vectors, ...config.shown.params };
  if (sparse.length > 0) params.sparse_vectors = Object.fromEntries(sparse);
  return params;
}

/** The description of a collection, as `GET /collections/{name}` answers it. */
export function describeCollection({ config, points }: Collection): JsonObject {
  const { shown } = config;
  const schema = [...points.allIndexes()].map(([field, index]): [string, JsonObject] => {
    const info: JsonObject = { data_type: index.schema.kind, points: index.points };
    return [field, index.schema.params === undefined ? info : { ...info, params: index.schema.params }];
  });
  const vectorNames = Object.keys(config.dense);
  const indexed = vectorNames.reduce((sum, name) => sum + (points.denseStore(name)?.count ?? 0), 0);
  const info: JsonObject = {
    params: shownParams(config),
    hnsw_config: shown.hnsw,
    optimizer_config: shown.optimizers,
    wal_config: shown.wal,
    quantization_config: shown.quantization,
    strict_mode_config: shown.strictMode,
  };
  if (shown.metadata !== null) info.metadata = shown.metadata;
  return {
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: indexed,
    points_count: points.count,
    segments_count: 1,
    config: info,
    payload_schema: Object.fromEntries(schema),
    update_queue: { length: 0 },
  };
}
