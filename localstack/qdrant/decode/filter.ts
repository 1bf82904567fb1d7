import { formatError, notSupported, validationError } from '../errors.ts';
import { isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { type PathStep, parsePath } from '../json-path.ts';
import { type PointId, readPointId } from '../point-id.ts';
import { type FieldTest, readFieldTests } from './field-tests.ts';
import { asArray, asCount, asObject, asString } from './reader.ts';

export interface Filter {
  must: Condition[];
  mustNot: Condition[];
  should: Condition[];
  minShould: { conditions: Condition[]; count: number } | undefined;
}

export type Condition =
  | { kind: 'field'; key: string; path: PathStep[]; tests: FieldTest[] }
  | { kind: 'isEmpty' | 'isNull'; path: PathStep[] }
  | { kind: 'hasId'; ids: Set<PointId> }
  | { kind: 'hasVector'; name: string }
  | { kind: 'nested'; path: PathStep[]; filter: Filter }
  | { kind: 'filter'; filter: Filter };

const FILTER_FIELDS = ['should', 'min_should', 'must', 'must_not'];
const NO_CONDITION =
  'Expected some form of condition, which can be a field condition (like {"key": ..., "match": ... }), or some other ' +
  'mentioned in the documentation: https://qdrant.tech/documentation/concepts/filtering/#filtering-conditions';

function isFilterShape(value: JsonObject): boolean {
  return Object.keys(value).every((key) => FILTER_FIELDS.includes(key));
}

function keyOf(value: Json | undefined, field: string): PathStep[] {
  return parsePath(asString(ownValue(asObject(value, `struct ${field}`), 'key')));
}

function readCondition(value: Json): Condition {
  if (!isObject(value)) throw formatError(NO_CONDITION);
  const key = ownValue(value, 'key');
  if (typeof key === 'string') {
    const tests = readFieldTests(value);
    if (tests.length === 0) throw validationError('filter', 'At least one field condition must be specified');
    return { kind: 'field', key, path: parsePath(key), tests };
  }
  const isEmpty = ownValue(value, 'is_empty');
  if (isEmpty !== undefined) return { kind: 'isEmpty', path: keyOf(isEmpty, 'PayloadField') };
  const isNull = ownValue(value, 'is_null');
  if (isNull !== undefined) return { kind: 'isNull', path: keyOf(isNull, 'PayloadField') };
  const hasId = ownValue(value, 'has_id');
  if (hasId !== undefined) return { kind: 'hasId', ids: new Set(asArray(hasId).map(readPointId)) };
  const hasVector = ownValue(value, 'has_vector');
  if (hasVector !== undefined) return { kind: 'hasVector', name: asString(hasVector) };
  if (ownValue(value, 'slice') !== undefined) throw notSupported('The `slice` condition');
  const nested = ownValue(value, 'nested');
  if (nested !== undefined) {
    const inner = asObject(nested, 'struct Nested');
    return { kind: 'nested', path: keyOf(inner, 'Nested'), filter: readFilter(ownValue(inner, 'filter') ?? null) };
  }
  if (!isFilterShape(value)) throw formatError(NO_CONDITION);
  return { kind: 'filter', filter: readFilter(value) };
}

function readClause(value: Json | undefined): Condition[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map(readCondition);
}

/**
 * Reads a filter. An absent clause and an empty one are the same: no restriction.
 * @throws QdrantError 400 for unknown fields and wrong types, 422 for a field condition without any test.
 */
export function readFilter(value: Json): Filter {
  const object = asObject(value, 'struct Filter');
  const unknown = Object.keys(object).find((key) => !FILTER_FIELDS.includes(key));
  if (unknown !== undefined) {
    throw formatError(
      `unknown field \`${unknown}\`, expected one of ${FILTER_FIELDS.map((field) => `\`${field}\``).join(', ')}`,
    );
  }
  const minShould = ownValue(object, 'min_should') ?? null;
  return {
    must: readClause(ownValue(object, 'must')),
    mustNot: readClause(ownValue(object, 'must_not')),
    should: readClause(ownValue(object, 'should')),
    minShould: minShould === null ? undefined : readMinShould(asObject(minShould, 'struct MinShould')),
  };
}

function readMinShould(value: JsonObject): { conditions: Condition[]; count: number } {
  const count = asCount(ownValue(value, 'min_count'));
  if (count === 0) throw validationError('filter.min_should.min_count', 'value 0 invalid, must be 1 or larger');
  return { conditions: asArray(ownValue(value, 'conditions')).map(readCondition), count };
}

/** A filter that holds where all the given ones hold; undefined when none is given. */
export function allOf(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const given = filters.filter((filter) => filter !== undefined);
  if (given.length <= 1) return given[0];
  const must = given.flatMap((filter): Condition[] => {
    const isPlain = filter.mustNot.length === 0 && filter.should.length === 0 && filter.minShould === undefined;
    return isPlain ? filter.must : [{ kind: 'filter', filter }];
  });
  return { must, mustNot: [], should: [], minShould: undefined };
}

/** Whether the filter lets everything through. */
export function isOpen({ must, mustNot, should, minShould }: Filter): boolean {
  return must.length + mustNot.length + should.length + (minShould?.conditions.length ?? 0) === 0;
}

export function withoutIds(ids: readonly PointId[]): Filter {
  const excluded: Condition = { kind: 'hasId', ids: new Set(ids) };
  return { must: [], mustNot: [excluded], should: [], minShould: undefined };
}
