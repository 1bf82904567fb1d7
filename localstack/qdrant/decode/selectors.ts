import { formatError } from '../errors.ts';
import { isObject, type Json, type JsonObject, ownValue, setOwnValue } from '../json.ts';
import { type PathStep, parsePath } from '../json-path.ts';
import { asArray, asString } from './reader.ts';

export type PayloadSelector = boolean | { include: PathStep[][] } | { exclude: PathStep[][] };
export type VectorSelector = boolean | readonly string[];

function readPaths(value: Json): PathStep[][] {
  return asArray(value).map((path) => parsePath(asString(path)));
}

export function readPayloadSelector(value: Json): PayloadSelector {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return { include: readPaths(value) };
  if (isObject(value)) {
    const include = ownValue(value, 'include');
    if (include !== undefined) return { include: readPaths(include) };
    const exclude = ownValue(value, 'exclude');
    if (exclude !== undefined) return { exclude: readPaths(exclude) };
  }
  throw formatError('data did not match any variant of untagged enum WithPayloadInterface');
}

export function readVectorSelector(value: Json): VectorSelector {
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(asString);
  throw formatError('data did not match any variant of untagged enum WithVector');
}

/** The names of a path; arrays on the way are looked through, whatever index was named. */
function namesOf(path: readonly PathStep[]): string[] {
  return path.filter((step) => typeof step === 'string');
}

interface Picker {
  /** Whether what lies at these names is taken whole, in part, or not at all. */
  verdict(names: readonly string[]): 'all' | 'part' | 'none';
  /** Whether a plain value that stands where a part was asked for is taken. */
  keepsPlainValues: boolean;
}

function pick(value: Json, at: readonly string[], picker: Picker): Json | undefined {
  if (Array.isArray(value)) {
    return value.map((element) => pick(element, at, picker)).filter((element) => element !== undefined);
  }
  if (!isObject(value)) return picker.keepsPlainValues ? value : undefined;
  const picked: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    const names = [...at, key];
    const verdict = picker.verdict(names);
    const taken = verdict === 'part' ? pick(inner, names, picker) : inner;
    if (verdict !== 'none' && taken !== undefined) setOwnValue(picked, key, taken);
  }
  return picked;
}

function isPrefix(prefix: readonly string[], of: readonly string[]): boolean {
  return prefix.length <= of.length && prefix.every((name, at) => name === of[at]);
}

/** The part of a payload that was asked for; undefined when none was. */
export function selectPayload(payload: JsonObject, selector: PayloadSelector): JsonObject | undefined {
  if (typeof selector === 'boolean') return selector ? payload : undefined;
  const isInclude = 'include' in selector;
  const paths = (isInclude ? selector.include : selector.exclude).map(namesOf);
  const picked = pick(payload, [], {
    keepsPlainValues: !isInclude,
    verdict: (names) => {
      if (paths.some((path) => isPrefix(path, names))) return isInclude ? 'all' : 'none';
      if (paths.some((path) => isPrefix(names, path))) return 'part';
      return isInclude ? 'none' : 'all';
    },
  });
  return isObject(picked) ? picked : {};
}
