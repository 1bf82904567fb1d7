import type { JsonObject } from '../json.ts';
import type { PointId } from '../point-id.ts';
import { DenseStore } from './dense-store.ts';
import type { Distance } from './distance.ts';
import { type IndexSchema, PayloadIndex } from './payload-index.ts';
import { SparseStore } from './sparse-store.ts';
import { noVectors, type PointVectors } from './vectors.ts';

export interface VectorSpaces {
  dense: ReadonlyMap<string, { size: number; distance: Distance }>;
  sparse: ReadonlyMap<string, unknown>;
}

export interface Point {
  id: PointId;
  /** Number of the operation that wrote it last. */
  version: number;
  payload: JsonObject;
  vectors: PointVectors;
}

// What a point takes in the log beside its vectors, roughly: its id, its payload, the names.
const BYTES_BESIDE_VECTORS = 256;
// Below this it is not worth the work of moving points together.
const SMALLEST_REBUILD = 1024;

/**
 * The points of a collection. Each write of a point takes a new slot and leaves the old one dead, so that postings only
 * grow at their end; when more slots are dead than alive everything moves together.
 */
export class PointTable {
  private spaces: VectorSpaces;
  private ids: (PointId | undefined)[] = [];
  private versions: number[] = [];
  private payloads: (JsonObject | undefined)[] = [];
  private slots = new Map<PointId, number>();
  private dense = new Map<string, DenseStore>();
  private sparse = new Map<string, SparseStore>();
  private readonly indexes = new Map<string, PayloadIndex>();
  /** Bytes of the log, roughly, that hold points which are gone or were replaced. */
  discarded = 0;

  constructor(spaces: VectorSpaces) {
    this.spaces = spaces;
    this.clearStores();
  }

  private clearStores(): void {
    this.dense = new Map(
      [...this.spaces.dense].map(([name, { size, distance }]) => [name, new DenseStore(size, distance)]),
    );
    this.sparse = new Map([...this.spaces.sparse.keys()].map((name) => [name, new SparseStore()]));
  }

  /** Makes room for the vectors that are new in `spaces`; no point has one yet. */
  widen(spaces: VectorSpaces): void {
    this.spaces = spaces;
    for (const [name, { size, distance }] of spaces.dense) {
      if (!this.dense.has(name)) this.dense.set(name, new DenseStore(size, distance));
    }
    for (const name of spaces.sparse.keys()) if (!this.sparse.has(name)) this.sparse.set(name, new SparseStore());
  }

  get count(): number {
    return this.slots.size;
  }

  /** One past the highest slot; some below it are dead. */
  get end(): number {
    return this.ids.length;
  }

  slotOf(id: PointId): number | undefined {
    return this.slots.get(id);
  }

  idAt(slot: number): PointId | undefined {
    return this.ids[slot];
  }

  /** Never to be changed in place; see {@link setPayload}. */
  payloadAt(slot: number): JsonObject {
    return this.payloads[slot] ?? {};
  }

  versionAt(slot: number): number {
    return this.versions[slot] ?? 0;
  }

  denseStore(name: string): DenseStore | undefined {
    return this.dense.get(name);
  }

  sparseStore(name: string): SparseStore | undefined {
    return this.sparse.get(name);
  }

  vectorsAt(slot: number): PointVectors {
    const vectors = noVectors();
    for (const [name, store] of this.dense) {
      const vector = store.get(slot);
      if (vector !== undefined) vectors.dense.set(name, vector);
    }
    for (const [name, store] of this.sparse) {
      const vector = store.get(slot);
      if (vector !== undefined) vectors.sparse.set(name, vector);
    }
    return vectors;
  }

  hasVector(slot: number, name: string): boolean {
    return this.dense.get(name)?.has(slot) === true || this.sparse.get(name)?.has(slot) === true;
  }

  *slotsInUse(): Iterable<number> {
    for (let slot = 0; slot < this.ids.length; slot += 1) if (this.ids[slot] !== undefined) yield slot;
  }

  put(point: Point): void {
    this.remove(point.id);
    const slot = this.ids.length;
    this.ids.push(point.id);
    this.versions.push(point.version);
    this.payloads.push(point.payload);
    this.slots.set(point.id, slot);
    for (const [name, vector] of point.vectors.dense) this.dense.get(name)?.set(slot, vector);
    for (const [name, vector] of point.vectors.sparse) this.sparse.get(name)?.add(slot, vector);
    for (const index of this.indexes.values()) index.add(slot, point.payload);
  }

  remove(id: PointId): boolean {
    const slot = this.slots.get(id);
    if (slot === undefined) return false;
    const payload = this.payloadAt(slot);
    for (const index of this.indexes.values()) index.remove(slot, payload);
    this.discarded += BYTES_BESIDE_VECTORS;
    for (const store of this.dense.values()) {
      if (store.has(slot)) this.discarded += store.size * 4;
      store.delete(slot);
    }
    for (const store of this.sparse.values()) {
      this.discarded += (store.get(slot)?.indices.length ?? 0) * 8;
      store.delete(slot);
    }
    this.slots.delete(id);
    this.ids[slot] = undefined;
    this.payloads[slot] = undefined;
    return true;
  }

  setPayload(slot: number, payload: JsonObject, version: number): void {
    const before = this.payloadAt(slot);
    for (const index of this.indexes.values()) {
      index.remove(slot, before);
      index.add(slot, payload);
    }
    this.payloads[slot] = payload;
    this.versions[slot] = version;
  }

  removeVectors(slot: number, names: readonly string[], version: number): void {
    for (const name of names) {
      this.dense.get(name)?.delete(slot);
      this.sparse.get(name)?.delete(slot);
    }
    this.versions[slot] = version;
  }

  addIndex(field: string, schema: IndexSchema): void {
    const index = new PayloadIndex(field, schema);
    for (const slot of this.slotsInUse()) index.add(slot, this.payloadAt(slot));
    this.indexes.set(field, index);
  }

  dropIndex(field: string): void {
    this.indexes.delete(field);
  }

  index(field: string): PayloadIndex | undefined {
    return this.indexes.get(field);
  }

  allIndexes(): ReadonlyMap<string, PayloadIndex> {
    return this.indexes;
  }

  *points(): Iterable<Point> {
    for (const slot of this.slotsInUse()) {
      yield {
        id: this.ids[slot] as PointId,
        version: this.versionAt(slot),
        payload: this.payloadAt(slot),
        vectors: this.vectorsAt(slot),
      };
    }
  }

  /** Moves the points together when more slots are dead than alive. */
  tidy(): void {
    const dead = this.end - this.count;
    if (dead < SMALLEST_REBUILD || dead < this.count) return;
    const points = [...this.points()];
    const schemas = [...this.indexes].map(([field, index]): [string, IndexSchema] => [field, index.schema]);
    this.ids = [];
    this.versions = [];
    this.payloads = [];
    this.slots = new Map();
    this.indexes.clear();
    this.clearStores();
    for (const point of points) this.put(point);
    for (const [field, schema] of schemas) this.addIndex(field, schema);
  }
}
