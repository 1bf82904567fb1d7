export interface SparseValue {
  /** Ascending, without doubles. */
  indices: Uint32Array;
  values: Float32Array;
}

/** The vectors of one point by name; the unnamed vector has the name `''`. */
export interface PointVectors {
  dense: Map<string, Float32Array>;
  sparse: Map<string, SparseValue>;
}

export function noVectors(): PointVectors {
  return { dense: new Map(), sparse: new Map() };
}
