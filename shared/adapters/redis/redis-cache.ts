import { Redis } from 'ioredis';
import type { Cache } from '#shared/ports/cache.ts';

/** A cache that answers later than this is of no use. */
const COMMAND_TIMEOUT_MS = 50;
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

  return {
    async get(key) {
      try {
        await connected();
        return (await redis.get(key)) ?? undefined;
      } catch (error) {
        onError(error);
        return undefined;
      }
    },
    async set(key, value, ttlSeconds) {
      try {
        await connected();
        await redis.set(key, value, 'EX', ttlSeconds);
      } catch (error) {
        onError(error);
      }
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
