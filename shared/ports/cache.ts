/** A cache that may forget at any time; a cache that is down behaves as an empty one. Values are JSON. */
export interface Cache {
  /** With other processes, by a server that may be away; else it is this process's memory alone. */
  readonly isShared: boolean;
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /** Forgets every key that begins so. Unlike the others it rejects when the cache is not responding. */
  deletePrefix(prefix: string): Promise<void>;
  /** Round trip of a write and a read, in milliseconds; rejects when the cache is not responding. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that is cached for one person begins so, and is forgotten together. */
export function personPrefix(userId: string): string {
  return `person:${userId}:`;
}

/** The key of something that is cached for one person alone. */
export function personKey(userId: string, kind: string, ...parts: readonly string[]): string {
  return personPrefix(userId) + [kind, ...parts].join(':');
}
