import type { Json } from '../json.ts';
import type { RouteRequest } from './request.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

/** A route answers the `result` of the envelope. */
export type Handler = (request: RouteRequest) => Promise<Json> | Json;

export interface Route {
  method: Method;
  /** Segments in braces are placeholders, e.g. `/collections/{name}`. */
  path: string;
  handle: Handler;
}

export interface Match {
  handle: Handler;
  path: Record<string, string>;
}

/** Makes a function that finds the route of a request; plain segments are preferred to placeholders. */
export function createRouter(routes: readonly Route[]): (method: string, pathname: string) => Match | undefined {
  const prepared = routes
    .map((route) => ({ ...route, segments: route.path.split('/') }))
    .sort((left, right) => left.segments.filter(isPlaceholder).length - right.segments.filter(isPlaceholder).length);
  return (method, pathname) => {
    const given = pathname.replace(/(?<=.)\/$/, '').split('/');
    for (const { method: wanted, segments, handle } of prepared) {
      if (wanted !== method || segments.length !== given.length) continue;
      const path = matchSegments(segments, given);
      if (path !== undefined) return { handle, path };
    }
    return undefined;
  };
}

function isPlaceholder(segment: string): boolean {
  return segment.startsWith('{');
}

function matchSegments(segments: readonly string[], given: readonly string[]): Record<string, string> | undefined {
  const path: Record<string, string> = {};
  for (const [at, segment] of segments.entries()) {
    const text = given[at] ?? '';
    if (!isPlaceholder(segment)) {
      if (segment !== text) return undefined;
      continue;
    }
    const decoded = decode(text);
    if (decoded === undefined || decoded === '') return undefined;
    path[segment.slice(1, -1)] = decoded;
  }
  return path;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % or bytes that are no UTF-8: no route has such a name.
    return undefined;
  }
}
