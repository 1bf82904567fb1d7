import type { IncomingMessage } from 'node:http';

/** A request as it came over the wire: nothing decoded that the signature covers in its encoded form. */
export interface WireRequest {
  method: string;
  /** Percent-encoded, without the query. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case; several values of one name in order. */
  headers: ReadonlyMap<string, readonly string[]>;
}

/** Takes a request apart without decoding what a signature covers. */
export function wireRequest(request: IncomingMessage): WireRequest {
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = (request.rawHeaders[index] ?? '').toLowerCase();
    const values = headers.get(name) ?? [];
    values.push(request.rawHeaders[index + 1] ?? '');
    headers.set(name, values);
  }
  return {
    method: request.method ?? 'GET',
    path,
    query: parseQuery(mark === -1 ? '' : target.slice(mark + 1)),
    headers,
  };
}

/** Unlike URLSearchParams alone: in a signed query `+` is a plus sign, not a space. */
function parseQuery(query: string): URLSearchParams {
  return new URLSearchParams(query.replaceAll('+', '%2B'));
}
