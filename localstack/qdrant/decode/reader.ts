import { formatError, validationError } from '../errors.ts';
import { isInteger, isObject, type Json, type JsonObject, ownValue } from '../json.ts';

/** What a value is called in serde's messages. */
export function describe(value: Json | undefined): string {
  if (value === undefined || value === null) return 'null';
  if (Array.isArray(value)) return 'sequence';
  if (typeof value === 'object') return 'map';
  if (typeof value === 'string') return `string ${JSON.stringify(value)}`;
  if (typeof value === 'boolean') return `boolean \`${value}\``;
  return isInteger(value) ? `integer \`${value}\`` : `floating point \`${value}\``;
}

function wrongType(value: Json | undefined, expected: string): Error {
  return formatError(`invalid type: ${describe(value)}, expected ${expected}`);
}

export function asObject(value: Json | undefined, expected: string): JsonObject {
  if (!isObject(value)) throw wrongType(value, expected);
  return value;
}

export function asArray(value: Json | undefined, expected = 'a sequence'): Json[] {
  if (!Array.isArray(value)) throw wrongType(value, expected);
  return value;
}

export function asString(value: Json | undefined): string {
  if (typeof value !== 'string') throw wrongType(value, 'a string');
  return value;
}

export function asBoolean(value: Json | undefined): boolean {
  if (typeof value !== 'boolean') throw wrongType(value, 'a boolean');
  return value;
}

export function asNumber(value: Json | undefined): number {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number') throw wrongType(value, 'f64');
  if (!Number.isFinite(value)) throw formatError('number out of range');
  return value;
}

/** A whole number from 0 to 2^53. */
export function asCount(value: Json | undefined): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrongType(value, 'usize');
  if (value < 0) throw formatError(`invalid value: ${describe(value)}, expected usize`);
  return value;
}

/** A float of 32 bits. */
export function asFloat(value: Json | undefined): number {
  const float = Math.fround(asNumber(value));
  if (!Number.isFinite(float)) throw formatError('number out of range');
  return float;
}

/** The field, or undefined when it is absent or null: Qdrant's optional fields take both alike. */
export function optional<T>(object: JsonObject, field: string, read: (value: Json) => T): T | undefined {
  const value = ownValue(object, field);
  return value === undefined || value === null ? undefined : read(value);
}

export function required<T>(object: JsonObject, field: string, read: (value: Json) => T): T {
  const value = ownValue(object, field);
  if (value === undefined) throw formatError(`missing field \`${field}\``);
  return read(value);
}

/** A count that must be 1 or more when given. */
export function positiveCount(object: JsonObject, field: string, path = field): number | undefined {
  const count = optional(object, field, asCount);
  if (count === 0) throw validationError(path, 'value 0 invalid, must be 1 or larger');
  return count;
}

export function oneOf<T extends string>(value: Json, allowed: readonly T[]): T {
  const text = asString(value);
  const found = allowed.find((candidate) => candidate === text);
  if (found === undefined) {
    throw formatError(`unknown variant \`${text}\`, expected one of ${allowed.map((one) => `\`${one}\``).join(', ')}`);
  }
  return found;
}
