import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const OPEN_PATHS = new Set(['/', '/healthz', '/readyz', '/livez']);

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function givenKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['api-key'];
  if (typeof key === 'string') return key;
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/** Makes a check that answers the refusal's text (Qdrant sends it as plain text with 401), or undefined when all is well. */
export function createKeyCheck(
  apiKey: string | undefined,
): (pathname: string, headers: IncomingHttpHeaders) => string | undefined {
  if (apiKey === undefined || apiKey === '') return () => undefined;
  const expected = digest(apiKey);
  return (pathname, headers) => {
    if (OPEN_PATHS.has(pathname)) return undefined;
    const key = givenKey(headers);
    if (key === undefined) return 'Must provide an API key or an Authorization bearer token';
    return timingSafeEqual(digest(key), expected) ? undefined : 'Invalid API key or JWT';
  };
}
