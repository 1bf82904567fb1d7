import { parseDatetime } from '../datetime.ts';
import { formatError } from '../errors.ts';
import type { Json } from '../json.ts';
import { type PathStep, parsePath } from '../json-path.ts';
import { asNumber, asObject, asString, oneOf, optional, required } from './reader.ts';

export interface OrderBy {
  key: string;
  path: PathStep[];
  isDescending: boolean;
  /** A number, or microseconds since 1970; included in the result. */
  startFrom: number | undefined;
}

function readStart(value: Json): number {
  if (typeof value !== 'string') return asNumber(value);
  const instant = parseDatetime(value);
  if (instant === undefined) throw formatError('data did not match any variant of untagged enum StartFrom');
  return instant;
}

export function readOrderBy(value: Json): OrderBy {
  if (typeof value === 'string')
    return { key: value, path: parsePath(value), isDescending: false, startFrom: undefined };
  const object = asObject(value, 'struct OrderBy');
  const key = required(object, 'key', asString);
  return {
    key,
    path: parsePath(key),
    isDescending: optional(object, 'direction', (direction) => oneOf(direction, ['asc', 'desc'])) === 'desc',
    startFrom: optional(object, 'start_from', readStart),
  };
}
