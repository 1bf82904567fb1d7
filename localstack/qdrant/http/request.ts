import type { IncomingMessage } from 'node:http';
import { QdrantError } from '../errors.ts';
import { type Json, parseJson } from '../json.ts';

export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/** What a route gets to see of a request. */
export interface RouteRequest {
  /** The placeholders of the route's path, decoded. */
  path: Record<string, string>;
  query: URLSearchParams;
  /** Reads the body as JSON. @throws QdrantError 400 */
  body(): Promise<Json>;
}

/** @throws QdrantError 400 when the body is larger than Qdrant takes */
export async function readBody(request: IncomingMessage): Promise<string> {
  const declared = Number(request.headers['content-length'] ?? 0);
  if (declared > MAX_BODY_BYTES) {
    throw new QdrantError(
      400,
      `Payload error: JSON payload (${declared} bytes) is larger than allowed (limit: ${MAX_BODY_BYTES} bytes).`,
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new QdrantError(400, `Payload error: JSON payload has exceeded limit (${MAX_BODY_BYTES} bytes).`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws QdrantError 400 for a body that is not JSON, by its type or by its text */
export async function readJsonBody(request: IncomingMessage): Promise<Json> {
  // Qdrant wants the type said; it also keeps web pages from writing here, which may only post other types unasked.
  if (!/^application\/(?:[^;]*\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new QdrantError(400, 'Payload error: Content type error');
  }
  return parseJson(await readBody(request));
}

/** A query parameter that is `true` or `false`. @throws QdrantError 400 for anything else */
export function booleanParameter(query: URLSearchParams, name: string): boolean {
  const text = query.get(name);
  if (text === null || text === 'false') return false;
  if (text === 'true') return true;
  throw new QdrantError(400, 'Deserialize error in query parameters: provided string was not `true` or `false`');
}

/** Checks the parameters that every route takes and that change nothing here. @throws QdrantError 400, 422 */
export function checkCommonParameters(query: URLSearchParams): void {
  const timeout = query.get('timeout');
  if (timeout !== null) {
    if (!/^\d+$/.test(timeout)) {
      throw new QdrantError(400, 'Deserialize error in query parameters: invalid digit found in string');
    }
    if (Number(timeout) === 0) {
      throw new QdrantError(
        422,
        'Validation error in query parameters: [timeout: value 0 invalid, must be 1 or larger]',
      );
    }
  }
  const ordering = query.get('ordering');
  if (ordering !== null && !['weak', 'medium', 'strong'].includes(ordering)) {
    throw new QdrantError(
      400,
      `Deserialize error in query parameters: unknown variant \`${ordering}\`, expected one of \`weak\`, \`medium\`, \`strong\``,
    );
  }
}
