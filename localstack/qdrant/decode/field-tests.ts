import { parseDatetime } from '../datetime.ts';
import { formatError, notSupported } from '../errors.ts';
import { isInteger, isObject, type Json, type JsonObject, ownValue } from '../json.ts';
import { asArray, asBoolean, asCount, asNumber, asObject, asString, optional } from './reader.ts';

export interface Bounds {
  lt: number | undefined;
  gt: number | undefined;
  lte: number | undefined;
  gte: number | undefined;
}

export type FieldTest =
  | { kind: 'any'; values: Set<string | number | bigint | boolean> }
  | { kind: 'except'; values: Set<string | number | bigint> }
  | { kind: 'text' | 'textAny' | 'phrase' | 'prefix'; text: string }
  | { kind: 'range' | 'datetimes' | 'valuesCount'; bounds: Bounds }
  | { kind: 'isEmpty' | 'isNull'; expected: boolean };

const NO_MATCH = 'data did not match any variant of untagged enum MatchInterface';

function readValues(value: Json): Set<string | number | bigint> {
  const list = asArray(value);
  if (list.every((item) => typeof item === 'string')) return new Set(list);
  if (list.every(isInteger)) return new Set(list);
  throw formatError('data did not match any variant of untagged enum AnyVariants');
}

function readMatch(value: Json): FieldTest {
  const match = asObject(value, 'a match');
  const exact = ownValue(match, 'value');
  if (exact !== undefined) {
    if (typeof exact === 'string' || typeof exact === 'boolean' || isInteger(exact)) {
      return { kind: 'any', values: new Set([exact]) };
    }
    throw formatError(NO_MATCH);
  }
  const any = ownValue(match, 'any');
  if (any !== undefined) return { kind: 'any', values: readValues(any) };
  const except = ownValue(match, 'except');
  if (except !== undefined) return { kind: 'except', values: readValues(except) };
  const texts = { text: 'text', text_any: 'textAny', phrase: 'phrase', prefix: 'prefix' } as const;
  for (const [field, kind] of Object.entries(texts)) {
    const text = ownValue(match, field);
    if (text !== undefined) return { kind, text: asString(text) };
  }
  throw formatError(NO_MATCH);
}

function readBounds(object: JsonObject, read: (value: Json) => number): Bounds {
  return {
    lt: optional(object, 'lt', read),
    gt: optional(object, 'gt', read),
    lte: optional(object, 'lte', read),
    gte: optional(object, 'gte', read),
  };
}

function readInstant(value: Json): number {
  const instant = parseDatetime(asString(value));
  if (instant === undefined) throw formatError(`'${String(value)}' does not match accepted datetime format (RFC3339)`);
  return instant;
}

function readRange(value: Json): FieldTest {
  const range = asObject(value, 'a range');
  const isDates = ['lt', 'gt', 'lte', 'gte'].some((field) => typeof ownValue(range, field) === 'string');
  return isDates
    ? { kind: 'datetimes', bounds: readBounds(range, readInstant) }
    : { kind: 'range', bounds: readBounds(range, asNumber) };
}

/** The tests of a field condition, all of which must hold. */
export function readFieldTests(condition: JsonObject): FieldTest[] {
  const geo = ['geo_bounding_box', 'geo_radius', 'geo_polygon'].find((field) => isObject(ownValue(condition, field)));
  if (geo !== undefined) throw notSupported(`The \`${geo}\` condition`);
  const tests = [
    optional(condition, 'match', readMatch),
    optional(condition, 'range', readRange),
    optional(condition, 'values_count', (value): FieldTest => {
      return { kind: 'valuesCount', bounds: readBounds(asObject(value, 'struct ValuesCount'), asCount) };
    }),
    optional(condition, 'is_empty', (value): FieldTest => ({ kind: 'isEmpty', expected: asBoolean(value) })),
    optional(condition, 'is_null', (value): FieldTest => ({ kind: 'isNull', expected: asBoolean(value) })),
  ];
  return tests.filter((test) => test !== undefined);
}
