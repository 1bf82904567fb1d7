import { Redis } from 'ioredis';
import type { Cache } from '#shared/ports/cache.ts';

/** A cache that answers later than this is of no use. */
const COMMAND_TIMEOUT_MS = 50;
/** After a failure nobody waits for the cache for so long, so that a slow one costs one search of many its 50 ms. */
const REST_MS = 1_000;
const KEY_PREFIX = 'omnirag:';

/** `onError` hears of every failure; callers see an empty cache instead. */
export function createRedisCache(url: string, onError: (error: unknown) => void): Cache {
  const redis = new Redis(url, {
    keyPrefix: KEY_PREFIX,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 2_000,
    maxRetriesPerRequest: 0,
    // Without a connection a command fails at once instead of waiting for one.
    enableOfflineQueue: false,
    lazyConnect: true,
    retryStrategy: (attempt) => Math.min(5_000, 100 * 2 ** attempt),
  });
  redis.on('error', onError);
  let connecting: Promise<void> | undefined;
  const connected = (): Promise<void> => {
    connecting ??= redis.connect().catch(onError);
    return connecting;
  };
  let restsUntil = 0;

  /** @returns undefined when the cache is not responding in time, or did not a moment ago */
  async function ask<T>(command: () => Promise<T>): Promise<T | undefined> {
    if (performance.now() < restsUntil) return undefined;
    try {
      await within(COMMAND_TIMEOUT_MS, connected());
      return await command();
    } catch (error) {
      restsUntil = performance.now() + REST_MS;
      onError(error);
      return undefined;
    }
  }

  return {
    isShared: true,
    get: async (key) => (await ask(() => redis.get(key))) ?? undefined,
    async set(key, value, ttlSeconds) {
      await ask(() => redis.set(key, value, 'EX', ttlSeconds));
    },
    async deletePrefix(prefix) {
      await connected();
      // The client prefixes keys of commands, not patterns, nor does it take the prefix off what a scan answers.
      const pattern = `${KEY_PREFIX}${prefix.replace(/[*?[\]\\]/g, '\\$&')}*`;
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000);
        if (keys.length > 0) await redis.unlink(...keys.map((key) => key.slice(KEY_PREFIX.length)));
        cursor = next;
      } while (cursor !== '0');
    },
    async ping() {
      await connected();
      await redis.ping();
    },
    async close() {
      redis.disconnect();
    },
  };
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The cache did not connect within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
