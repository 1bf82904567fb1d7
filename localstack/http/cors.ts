import type { IncomingMessage, ServerResponse } from 'node:http';

export interface CorsRules {
  /** Origins whose pages may call. */
  origins: ReadonlySet<string>;
  methods: readonly string[];
  /** Answer headers that a page may read. */
  exposedHeaders: readonly string[];
}

/**
 * Adds the CORS headers for a page of an allowed origin and answers a preflight.
 *
 * @returns true when the request was a preflight and is answered
 */
export function handleCors(request: IncomingMessage, response: ServerResponse, rules: CorsRules): boolean {
  const { origin } = request.headers;
  if (origin === undefined && request.method !== 'OPTIONS') return false;
  response.setHeader('vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
  const allowed = origin !== undefined && rules.origins.has(origin);
  if (allowed) {
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', rules.exposedHeaders.join(', '));
  }
  if (request.method !== 'OPTIONS') return false;

  const method = request.headers['access-control-request-method'];
  if (!allowed || method === undefined || !rules.methods.includes(method)) {
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<Error><Code>AccessForbidden</Code><Message>This CORS request is not allowed.</Message></Error>');
    return true;
  }
  response.writeHead(200, {
    'access-control-allow-methods': rules.methods.join(', '),
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
    'access-control-max-age': '3600',
  });
  response.end();
  return true;
}
