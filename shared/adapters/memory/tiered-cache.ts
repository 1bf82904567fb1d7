import type { Cache } from '#shared/ports/cache.ts';

/** What is kept near is forgotten after this, so that a process that lives long holds what is asked for. */
const NEAR_SECONDS = 60;

/** A cache of this process in front of one that all share. A value never changes under its key, so neither can be wrong. */
export function createTieredCache(near: Cache, far: Cache): Cache {
  return {
    isShared: far.isShared,
    async get(key) {
      const known = await near.get(key);
      if (known !== undefined) return known;
      const found = await far.get(key);
      if (found !== undefined) await near.set(key, found, NEAR_SECONDS);
      return found;
    },
    async set(key, value, ttlSeconds) {
      await near.set(key, value, Math.min(ttlSeconds, NEAR_SECONDS));
      await far.set(key, value, ttlSeconds);
    },
    async deletePrefix(prefix) {
      await near.deletePrefix(prefix);
      await far.deletePrefix(prefix);
    },
    ping: () => far.ping(),
    async close() {
      await near.close();
      await far.close();
    },
  };
}
