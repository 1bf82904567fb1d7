const METHODS = 'GET, POST, PATCH, DELETE';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, X-Request-Id';
const EXPOSED_HEADERS = 'Retry-After, Location, X-Request-Id';
const PREFLIGHT_SECONDS = '600';

/**
 * The headers by which a browser lets a page of another origin read an answer: only for origins in CORS_ORIGINS, and never
 * with credentials, for nothing here is authorised by a cookie alone.
 */
export function corsHeaders(allowed: readonly string[], origin: string | undefined): Record<string, string> {
  if (origin === undefined) return {};
  const headers = { Vary: 'Origin' };
  if (!allowed.includes(origin)) return headers;
  return { ...headers, 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED_HEADERS };
}

/** What a browser asks for before it sends a request of another origin. */
export function preflightHeaders(allowed: readonly string[], origin: string | undefined): Record<string, string> {
  if (origin === undefined || !allowed.includes(origin)) return {};
  return {
    'Access-Control-Allow-Methods': METHODS,
    'Access-Control-Allow-Headers': REQUEST_HEADERS,
    'Access-Control-Max-Age': PREFLIGHT_SECONDS,
  };
}
