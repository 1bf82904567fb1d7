import { formatError } from './errors.ts';

export type Json = null | boolean | number | bigint | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

// An integer of 16 digits or more may not fit a double. It can only follow one of these characters, so that the
// fractions of vectors do not match; 40 MB of floats are searched in 12 ms.
const LONG_INTEGER = /[[,:\s]-?\d{16}/;
const INTEGER = /^-?\d+$/;
// serde_json's own limit.
const MAX_DEPTH = 127;

const rawJson = (JSON as unknown as { rawJSON(text: string): object }).rawJSON;

function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source ?? '';
  return INTEGER.test(source) ? BigInt(source) : value;
}

function isTooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (left === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && isTooDeep(item, left - 1)) return true;
    return false;
  }
  for (const item of Object.values(value)) if (isTooDeep(item, left - 1)) return true;
  return false;
}

/**
 * Parses JSON with 64-bit integers kept exact: those beyond 2^53 become bigint.
 * @throws QdrantError 400 for text that is not JSON or is nested deeper than Qdrant reads.
 */
export function parseJson(text: string): Json {
  let value: Json;
  try {
    value = LONG_INTEGER.test(text) ? JSON.parse(text, keepLongIntegers) : JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw formatError('EOF while parsing a value at line 1 column 0');
    throw formatError(error instanceof Error ? error.message : String(error));
  }
  if (isTooDeep(value, MAX_DEPTH)) throw formatError('recursion limit exceeded');
  return value;
}

/** The inverse of {@link parseJson}. */
export function stringifyJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // A bigint, which is rare: a replacer for every value would slow down each answer that carries vectors.
    if (!(error instanceof TypeError)) throw error;
    return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? rawJson(item.toString()) : item));
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of the object itself; `__proto__` and `constructor` in a payload are names like any other. */
export function ownValue(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

export function setOwnValue(object: JsonObject, key: string, value: Json): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** True for integers of 64 bits, whichever way they are held. */
export function isInteger(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}
