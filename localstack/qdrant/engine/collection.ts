import type { GivenVectors } from '../decode/vectors.ts';
import { type QdrantError, sparseMixedUp, updateDimension, vectorNameMissing } from '../errors.ts';
import { Log } from '../storage/log.ts';
import { decodeRecord, encodeRecord } from '../storage/record-codec.ts';
import { applyOperation } from './apply.ts';
import type { CollectionConfig } from './collection-config.ts';
import type { SearchSpace } from './nearest.ts';
import type { LogRecord, Operation } from './operations.ts';
import type { IndexSchema } from './payload-index.ts';
import { type Point, PointTable, type VectorSpaces } from './point-table.ts';
import { noVectors, type PointVectors } from './vectors.ts';

// A log is rewritten when more than half of it, and at least this much, is of no use any more.
const SMALLEST_COMPACTION = 16 << 20;
const POINTS_PER_RECORD = 256;

export interface UpdateOutcome {
  operationId: number;
  refusal: QdrantError | undefined;
}

function spacesOf(config: CollectionConfig): VectorSpaces {
  return { dense: new Map(Object.entries(config.dense)), sparse: new Map(Object.entries(config.sparse)) };
}

interface State {
  config: CollectionConfig;
  points: PointTable;
  operations: number;
}

/** Repeats one record of the log. */
function replay(state: State | undefined, record: LogRecord): State {
  if (record.kind === 'configure') {
    const points = state?.points ?? new PointTable(spacesOf(record.config));
    points.widen(spacesOf(record.config));
    if (state === undefined) for (const [field, schema] of record.indexes) points.addIndex(field, schema);
    return { config: record.config, points, operations: record.operations };
  }
  if (state === undefined) throw new Error('The log of a collection does not begin with its configuration.');
  if (record.kind === 'restore') {
    for (const point of record.points) state.points.put(point);
    return state;
  }
  state.operations += 1;
  applyOperation(state.points, record, state.operations);
  return state;
}

/** One collection: its points in memory, and the log that brings them back. */
export class Collection implements SearchSpace {
  private state: State;
  private readonly log: Log;
  /** Bytes of the log that hold updates other than points; a compaction drops them all. */
  private spentBytes = 0;
  private compacting: Promise<void> | undefined;

  private constructor(state: State, log: Log) {
    this.state = state;
    this.log = log;
  }

  static async create(path: string, config: CollectionConfig): Promise<Collection> {
    const log = await Log.open(path, () => undefined);
    const record: LogRecord = { kind: 'configure', config, indexes: [], operations: 0 };
    const state = replay(undefined, record);
    await log.append(encodeRecord(record), () => undefined);
    return new Collection(state, log);
  }

  /** @throws Error when the file holds no collection */
  static async open(path: string): Promise<Collection> {
    let state: State | undefined;
    const log = await Log.open(path, (body) => {
      state = replay(state, decodeRecord(body));
      state.points.tidy();
    });
    if (state === undefined) throw new Error(`${path} does not contain the configuration of its collection.`);
    const collection = new Collection(state, log);
    collection.compactWhenDue();
    return collection;
  }

  get points(): PointTable {
    return this.state.points;
  }

  get config(): CollectionConfig {
    return this.state.config;
  }

  get lastOperation(): number {
    return this.state.operations;
  }

  usesIdf(vectorName: string): boolean {
    return Object.hasOwn(this.config.sparse, vectorName) && this.config.sparse[vectorName]?.usesIdf === true;
  }

  /** Sorts given vectors into dense and sparse. @throws UpdateRefused for an unknown name or a wrong size */
  checkVectors(given: GivenVectors): PointVectors {
    const vectors = noVectors();
    for (const [name, vector] of given) {
      const dense = this.points.denseStore(name);
      if (dense === undefined && this.points.sparseStore(name) === undefined) throw vectorNameMissing(name);
      if (vector instanceof Float32Array) {
        if (dense === undefined) throw sparseMixedUp();
        if (vector.length !== dense.size) throw updateDimension(dense.size, vector.length, name);
        vectors.dense.set(name, vector);
      } else {
        if (dense !== undefined) throw sparseMixedUp();
        vectors.sparse.set(name, vector);
      }
    }
    return vectors;
  }

  /** @throws UpdateRefused for a name that no vector of this collection has */
  checkNames(names: readonly string[]): void {
    const unknown = names.find((name) => !this.points.denseStore(name) && !this.points.sparseStore(name));
    if (unknown !== undefined) throw vectorNameMissing(unknown);
  }

  /** Makes the update durable, then carries it out. */
  async update(operation: Operation): Promise<UpdateOutcome> {
    const body = encodeRecord(operation);
    const outcome = await this.log.append(body, () => {
      this.state.operations += 1;
      const operationId = this.state.operations;
      const refusal = applyOperation(this.points, operation, operationId);
      this.points.tidy();
      if (operation.kind !== 'upsert') this.spentBytes += body.length;
      return { operationId, refusal };
    });
    this.compactWhenDue();
    return outcome;
  }

  async configure(config: CollectionConfig): Promise<void> {
    const record = this.configuration(config);
    await this.log.append(encodeRecord(record), () => {
      this.points.widen(spacesOf(config));
      this.state = { ...this.state, config };
    });
  }

  private configuration(config: CollectionConfig): LogRecord {
    const indexes = [...this.points.allIndexes()].map(([field, index]): [string, IndexSchema] => [field, index.schema]);
    return { kind: 'configure', config, indexes, operations: this.state.operations };
  }

  private compactWhenDue(): void {
    const useless = this.points.discarded + this.spentBytes;
    if (this.compacting !== undefined || useless < SMALLEST_COMPACTION || useless < this.log.bytes / 2) return;
    this.compacting = this.compact()
      .catch((error: unknown) => console.warn('A collection could not be compacted; its log stays as it is.', error))
      .finally(() => {
        this.compacting = undefined;
      });
  }

  /** Rewrites the log as the points that are there. Searches go on; updates wait. */
  async compact(): Promise<void> {
    await this.log.replace(() => this.snapshot());
    this.points.discarded = 0;
    this.spentBytes = 0;
  }

  private *snapshot(): Iterable<Buffer> {
    yield encodeRecord(this.configuration(this.config));
    let batch: Point[] = [];
    for (const point of this.points.points()) {
      batch.push(point);
      if (batch.length === POINTS_PER_RECORD) {
        yield encodeRecord({ kind: 'restore', points: batch });
        batch = [];
      }
    }
    if (batch.length > 0) yield encodeRecord({ kind: 'restore', points: batch });
  }

  /** Waits for the writes and the compaction under way. */
  async close(): Promise<void> {
    await this.compacting;
    await this.log.close();
  }
}
