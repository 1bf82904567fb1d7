import { parseDatetime } from '../datetime.ts';
import type { Bounds, FieldTest } from '../decode/field-tests.ts';
import type { Condition, Filter } from '../decode/filter.ts';
import { isInteger, isObject, type Json, type JsonObject } from '../json.ts';
import { elementsOf, valuesAt } from '../json-path.ts';
import type { PointTable } from './point-table.ts';
import { textTest } from './text-match.ts';

/** `slot` is undefined inside a nested condition, where the payload is that of one array element. */
type Test = (payload: JsonObject, slot: number | undefined) => boolean;

function within(value: number, { lt, gt, lte, gte }: Bounds): boolean {
  return (
    (lt === undefined || value < lt) &&
    (gt === undefined || value > gt) &&
    (lte === undefined || value <= lte) &&
    (gte === undefined || value >= gte)
  );
}

function isExcepted(value: Json, values: ReadonlySet<unknown>): boolean {
  if (value === null) return true;
  return (typeof value === 'string' || isInteger(value)) && values.has(value);
}

function isEmptyValue(value: Json): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function holdsNull(value: Json): boolean {
  return value === null || (Array.isArray(value) && value.includes(null));
}

function countOf(value: Json): number {
  if (value === null) return 0;
  return Array.isArray(value) ? value.length : 1;
}

/** A test of all the values that a field has; `[]` when the field is absent. */
function fieldTest(test: FieldTest, hasTextIndex: boolean): (values: readonly Json[]) => boolean {
  const some = (holds: (value: Json) => boolean) => (values: readonly Json[]) =>
    values.some((value) => elementsOf(value).some(holds));
  switch (test.kind) {
    case 'any':
      return some((value) => test.values.has(value as string));
    case 'except':
      return some((value) => !isExcepted(value, test.values));
    case 'text':
    case 'textAny':
    case 'phrase':
    case 'prefix': {
      const holds = textTest(test.kind, test.text, hasTextIndex);
      return some((value) => typeof value === 'string' && holds(value));
    }
    case 'range':
      return some((value) => isNumeric(value) && within(Number(value), test.bounds));
    case 'datetimes':
      return some((value) => {
        const instant = typeof value === 'string' ? parseDatetime(value) : undefined;
        return instant !== undefined && within(instant, test.bounds);
      });
    case 'valuesCount':
      return (values) =>
        values.length === 0 ? within(0, test.bounds) : values.some((value) => within(countOf(value), test.bounds));
    case 'isEmpty':
      return (values) => values.every(isEmptyValue) === test.expected;
    case 'isNull':
      return (values) => values.some(holdsNull) === test.expected;
  }
}

function isNumeric(value: Json): boolean {
  return typeof value === 'number' || typeof value === 'bigint';
}

function conditionTest(condition: Condition, points: PointTable): Test {
  switch (condition.kind) {
    case 'field': {
      const hasTextIndex = points.index(condition.key)?.schema.kind === 'text';
      const tests = condition.tests.map((test) => fieldTest(test, hasTextIndex));
      return (payload) => {
        const values = valuesAt(payload, condition.path);
        return tests.every((test) => test(values));
      };
    }
    case 'isEmpty':
      return (payload) => valuesAt(payload, condition.path).every(isEmptyValue);
    case 'isNull':
      return (payload) => valuesAt(payload, condition.path).some(holdsNull);
    case 'hasId':
      return (_payload, slot) => {
        const id = slot === undefined ? undefined : points.idAt(slot);
        return id !== undefined && condition.ids.has(id);
      };
    case 'hasVector':
      return (_payload, slot) => slot !== undefined && points.hasVector(slot, condition.name);
    case 'nested': {
      const inner = filterTest(condition.filter, points);
      return (payload) =>
        valuesAt(payload, condition.path).some((value) =>
          elementsOf(value).some((element) => isObject(element) && inner(element, undefined)),
        );
    }
    case 'filter':
      return filterTest(condition.filter, points);
  }
}

function filterTest(filter: Filter, points: PointTable): Test {
  const compile = (conditions: readonly Condition[]) => conditions.map((one) => conditionTest(one, points));
  const must = compile(filter.must);
  const mustNot = compile(filter.mustNot);
  const should = compile(filter.should);
  const minShould = compile(filter.minShould?.conditions ?? []);
  const minimum = filter.minShould?.count ?? 0;
  return (payload, slot) =>
    must.every((test) => test(payload, slot)) &&
    !mustNot.some((test) => test(payload, slot)) &&
    (should.length === 0 || should.some((test) => test(payload, slot))) &&
    (minShould.length === 0 || minShould.filter((test) => test(payload, slot)).length >= minimum);
}

/** A function that says whether the point in a slot passes the filter. */
export function compileFilter(filter: Filter, points: PointTable): (slot: number) => boolean {
  const test = filterTest(filter, points);
  return (slot) => test(points.payloadAt(slot), slot);
}
