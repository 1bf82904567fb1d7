import type { Filter } from '../decode/filter.ts';
import type { VectorInput } from '../decode/query.ts';
import { notFound, pointMissing, queryDimension, sparseMixedUp, vectorNameMissing } from '../errors.ts';
import type { PointId } from '../point-id.ts';
import type { DenseStore } from './dense-store.ts';
import { isSmallerBetter } from './distance.ts';
import type { PointTable } from './point-table.ts';
import { type Selection, select } from './selection.ts';
import type { IdfCorpus, SparseStore } from './sparse-store.ts';
import { type Scored, Top } from './top.ts';
import type { SparseValue } from './vectors.ts';

/** What the engine needs to know of a collection to answer a query. */
export interface SearchSpace {
  points: PointTable;
  /** Whether the sparse vector of this name has the idf modifier. */
  usesIdf(vectorName: string): boolean;
}

export type QueryVector = { kind: 'dense'; vector: Float32Array } | { kind: 'sparse'; vector: SparseValue };

/** The stored vector of a point, as a query. @throws QdrantError 404, or 400 for an unknown vector name. */
function vectorOfPoint(id: PointId, name: string, space: SearchSpace): QueryVector {
  const { points } = space;
  const dense = points.denseStore(name);
  const sparse = points.sparseStore(name);
  if (dense === undefined && sparse === undefined) throw vectorNameMissing(name);
  const slot = points.slotOf(id);
  if (slot === undefined) throw pointMissing(String(id));
  const denseVector = dense?.get(slot);
  if (denseVector !== undefined) return { kind: 'dense', vector: denseVector };
  const sparseVector = sparse?.get(slot);
  if (sparseVector !== undefined) return { kind: 'sparse', vector: sparseVector };
  throw notFound(`Vector with name "${name}" for point not found`);
}

export function resolveInput(input: VectorInput, name: string, space: SearchSpace): QueryVector {
  return input.kind === 'id' ? vectorOfPoint(input.id, name, space) : input;
}

interface NearestOptions {
  selection: Selection;
  limit: number;
  scoreThreshold: number | undefined;
}

function nearestDense(
  store: DenseStore,
  query: Float32Array,
  { selection, limit, scoreThreshold }: NearestOptions,
): Scored[] {
  if (query.length !== store.size) throw queryDimension(store.size, query.length);
  const smallerIsBetter = isSmallerBetter(store.distance);
  const top = new Top(limit, smallerIsBetter);
  const score = store.scorer(query);
  for (const slot of selection.slots()) {
    if (!store.has(slot)) continue;
    const found = score(slot);
    if (scoreThreshold !== undefined && !(smallerIsBetter ? found < scoreThreshold : found > scoreThreshold)) continue;
    top.offer(slot, found);
  }
  return top.sorted();
}

function nearestSparse(
  store: SparseStore,
  query: SparseValue,
  { selection, limit, scoreThreshold }: NearestOptions,
): Scored[] {
  const top = new Top(limit, false);
  for (const [slot, score] of store.scores(query, (candidate) => selection.accepts(candidate))) {
    if (scoreThreshold === undefined || score > scoreThreshold) top.offer(slot, score);
  }
  return top.sorted();
}

function corpusOf(filter: Filter | undefined, points: PointTable): IdfCorpus | undefined {
  if (filter === undefined) return undefined;
  const slots = new Set(select(filter, points).slots());
  return { slots, has: (slot) => slots.has(slot) };
}

/** The best points for a vector: exact, over everything that the selection lets through. */
export function nearest(
  query: QueryVector,
  using: string,
  space: SearchSpace,
  options: NearestOptions & { idfCorpus: Filter | undefined },
): Scored[] {
  const { points } = space;
  const dense = points.denseStore(using);
  const sparse = points.sparseStore(using);
  if (dense !== undefined) {
    if (query.kind === 'sparse') throw sparseMixedUp();
    return nearestDense(dense, query.vector, options);
  }
  if (sparse === undefined) throw vectorNameMissing(using);
  if (query.kind === 'dense') throw sparseMixedUp();
  const weighted = space.usesIdf(using)
    ? sparse.withIdf(query.vector, corpusOf(options.idfCorpus, points))
    : query.vector;
  return nearestSparse(sparse, weighted, options);
}
