import { QdrantClient } from '@qdrant/js-client-rest';

export interface QdrantConnection {
  url: string;
  apiKey?: string;
  /** Of one request, in milliseconds. */
  timeoutMs: number;
}

/**
 * Makes a client that asks for nothing and prints nothing by itself. The key goes as a header, because the client warns
 * on every start when it is given a key for an http address; the version is compared by the health check.
 */
export function connectQdrant({ url, apiKey, timeoutMs }: QdrantConnection): QdrantClient {
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/\/+$/, '');
  return new QdrantClient({
    // The client drops the path of an address that it is given whole.
    url: origin,
    ...(prefix === '' ? {} : { prefix }),
    ...(apiKey === undefined ? {} : { headers: { 'api-key': apiKey } }),
    timeout: timeoutMs,
    checkCompatibility: false,
  });
}
