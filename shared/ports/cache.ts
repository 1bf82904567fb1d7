/** A cache that may forget at any time; a cache that is down behaves as an empty one. Values are JSON. */
export interface Cache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Round trip of a write and a read, in milliseconds; rejects when the cache does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
