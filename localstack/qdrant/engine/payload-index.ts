import { parseDatetime } from '../datetime.ts';
import { isInteger, type Json, type JsonObject } from '../json.ts';
import { type PathStep, parsePath, valuesAt } from '../json-path.ts';
import { parsePointId } from '../point-id.ts';

export const INDEX_KINDS = ['keyword', 'integer', 'float', 'geo', 'text', 'bool', 'datetime', 'uuid'] as const;
export type IndexKind = (typeof INDEX_KINDS)[number];

export interface IndexSchema {
  kind: IndexKind;
  /** The parameters as they were given, for the collection's description; undefined when only the kind was named. */
  params: JsonObject | undefined;
}

export type IndexedValue = string | number | bigint | boolean;

function belongs(kind: IndexKind, value: Json): value is IndexedValue {
  switch (kind) {
    case 'keyword':
    case 'text':
      return typeof value === 'string';
    case 'integer':
      return isInteger(value);
    case 'float':
      return typeof value === 'number' || typeof value === 'bigint';
    case 'bool':
      return typeof value === 'boolean';
    case 'datetime':
      return typeof value === 'string' && parseDatetime(value) !== undefined;
    case 'uuid':
      return typeof value === 'string' && typeof parsePointId(value) === 'string';
    case 'geo':
      return false;
  }
}

/** The index of one payload field: from each of its values to the slots that hold it. */
export class PayloadIndex {
  readonly schema: IndexSchema;
  readonly path: PathStep[];
  private readonly slots = new Map<IndexedValue, Set<number>>();
  /** Points with at least one value that the index takes. */
  points = 0;

  constructor(field: string, schema: IndexSchema) {
    this.schema = schema;
    this.path = parsePath(field);
  }

  /** Only exact values are looked up; ranges and texts are tested point by point. */
  get answersMatch(): boolean {
    return ['keyword', 'integer', 'bool', 'uuid'].includes(this.schema.kind);
  }

  get answersRange(): boolean {
    return ['integer', 'float', 'datetime', 'uuid'].includes(this.schema.kind);
  }

  add(slot: number, payload: JsonObject): void {
    const values = this.valuesOf(payload);
    if (values.length > 0) this.points += 1;
    if (!this.answersMatch) return;
    for (const value of values) {
      const slots = this.slots.get(value);
      if (slots === undefined) this.slots.set(value, new Set([slot]));
      else slots.add(slot);
    }
  }

  remove(slot: number, payload: JsonObject): void {
    const values = this.valuesOf(payload);
    if (values.length > 0) this.points -= 1;
    for (const value of values) {
      const slots = this.slots.get(value);
      if (slots?.delete(slot) === true && slots.size === 0) this.slots.delete(value);
    }
  }

  find(value: IndexedValue): ReadonlySet<number> | undefined {
    return this.slots.get(this.keyOf(value));
  }

  /** Whether every one of these values is of the kind that the index holds, so that a miss means "nowhere". */
  covers(values: Iterable<IndexedValue>): boolean {
    if (!this.answersMatch) return false;
    for (const value of values) if (!belongs(this.schema.kind, value)) return false;
    return true;
  }

  private valuesOf(payload: JsonObject): IndexedValue[] {
    const found = valuesAt(payload, this.path).flatMap((value) => (Array.isArray(value) ? value : [value]));
    return found.filter((value) => belongs(this.schema.kind, value)).map((value) => this.keyOf(value));
  }

  /** A UUID is the same in each of its spellings. */
  private keyOf(value: IndexedValue): IndexedValue {
    return this.schema.kind === 'uuid' && typeof value === 'string' ? (parsePointId(value) ?? value) : value;
  }
}
