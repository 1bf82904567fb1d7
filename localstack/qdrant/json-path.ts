import { formatError } from './errors.ts';
import { isObject, type Json, type JsonObject, ownValue, setOwnValue } from './json.ts';

/** One step of a payload path such as `a.b[].c[0]`: a name, every element (`all`), or one element. */
export type PathStep = string | number | { all: true };

const PART = /(?:^|\.)(?:"([^"]+)"|([^.[\]"]+))|\[(\d*)\]/y;

/** @throws QdrantError 400 when the text is no payload path. */
export function parsePath(text: string): PathStep[] {
  const steps: PathStep[] = [];
  PART.lastIndex = 0;
  let end = 0;
  while (end < text.length) {
    const part = PART.exec(text);
    if (part === null || (steps.length === 0 && part[3] !== undefined)) {
      throw formatError(`Invalid json path: '${text}'`);
    }
    end = PART.lastIndex;
    const name = part[1] ?? part[2];
    if (name !== undefined) steps.push(name);
    else steps.push(part[3] === '' ? { all: true } : Number(part[3]));
  }
  if (steps.length === 0) throw formatError(`Invalid json path: '${text}'`);
  return steps;
}

function collect(value: Json, steps: readonly PathStep[], at: number, found: Json[]): void {
  if (at === steps.length) {
    found.push(value);
    return;
  }
  const step = steps[at] as PathStep;
  if (typeof step === 'string') {
    if (!isObject(value)) return;
    const inner = ownValue(value, step);
    if (inner !== undefined) collect(inner, steps, at + 1, found);
  } else if (Array.isArray(value)) {
    if (typeof step === 'number') {
      const inner = value[step];
      if (inner !== undefined) collect(inner, steps, at + 1, found);
    } else {
      for (const inner of value) collect(inner, steps, at + 1, found);
    }
  }
}

/** Every value that the path reaches; an array at its end counts as one value. */
export function valuesAt(payload: JsonObject, path: readonly PathStep[]): Json[] {
  const found: Json[] = [];
  collect(payload, path, 0, found);
  return found;
}

/** Merges `patch` into what lies at the path, making objects on the way as Qdrant does. */
export function mergeAt(target: JsonObject, path: readonly PathStep[], patch: JsonObject): void {
  const [step, ...rest] = path;
  if (typeof step !== 'string') return;
  const [next, ...afterArray] = rest;
  if (next !== undefined && typeof next !== 'string') {
    const list = ownValue(target, step);
    if (!Array.isArray(list)) return;
    const elements = typeof next === 'number' ? [next] : list.keys();
    for (const index of elements) {
      const element = list[index];
      if (!isObject(element)) continue;
      if (afterArray.length === 0) mergeInto(element, patch);
      else mergeAt(element, afterArray, patch);
    }
    return;
  }
  let inner = ownValue(target, step);
  if (!isObject(inner)) {
    inner = {};
    setOwnValue(target, step, inner);
  }
  if (rest.length === 0) mergeInto(inner, patch);
  else mergeAt(inner, rest, patch);
}

/** Sets the keys of `patch`; a null takes the key away. */
export function mergeInto(target: JsonObject, patch: JsonObject): void {
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete target[key];
    else setOwnValue(target, key, value);
  }
}

export function removeAt(target: Json, path: readonly PathStep[]): void {
  const [step, ...rest] = path;
  if (typeof step === 'string') {
    if (!isObject(target)) return;
    if (rest.length === 0) delete target[step];
    else removeAt(ownValue(target, step) ?? null, rest);
  } else if (Array.isArray(target)) {
    if (rest.length === 0) {
      if (typeof step === 'number') target.splice(step, 1);
      else target.length = 0;
    } else if (typeof step === 'number') {
      removeAt(target[step] ?? null, rest);
    } else {
      for (const element of target) removeAt(element, rest);
    }
  }
}

/** Every value that a payload value stands for: an array stands for its elements. */
export function elementsOf(value: Json): readonly Json[] {
  return Array.isArray(value) ? value : [value];
}
