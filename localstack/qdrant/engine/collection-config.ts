import type { JsonObject } from '../json.ts';
import type { Distance } from './distance.ts';

export interface DenseParams {
  size: number;
  distance: Distance;
  /** Everything that was given, for the collection's description. */
  given: JsonObject;
}

export interface SparseParams {
  usesIdf: boolean;
  given: JsonObject;
}

/** How a collection was set up. Plain JSON, because the log and the registry keep it. */
export interface CollectionConfig {
  /** Whether `vectors` was one set of parameters and not one a name; its vector then has the name `''`. */
  isUnnamed: boolean;
  dense: Record<string, DenseParams>;
  sparse: Record<string, SparseParams>;
  /** Settings that change nothing here and are only shown: hnsw, optimizers, wal, quantization, strict mode, params. */
  shown: {
    params: JsonObject;
    hnsw: JsonObject;
    optimizers: JsonObject;
    wal: JsonObject;
    quantization: JsonObject | null;
    strictMode: JsonObject;
    metadata: JsonObject | null;
  };
}
