import { LRUCache } from 'lru-cache';
import type { Cache } from '#shared/ports/cache.ts';

const MAX_CHARACTERS = 32 * 1024 ** 2;

/** The cache of one process, for a system without Redis. Forgets the least recently used beyond 32 Mi characters. */
export function createMemoryCache(): Cache {
  const entries = new LRUCache<string, string>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (value, key) => value.length + key.length + 1,
  });
  return {
    isShared: false,
    get: async (key) => entries.get(key),
    set: async (key, value, ttlSeconds) => {
      entries.set(key, value, { ttl: ttlSeconds * 1_000 });
    },
    async deletePrefix(prefix) {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
    ping: async () => undefined,
    close: async () => entries.clear(),
  };
}
