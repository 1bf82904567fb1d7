// @ts-check

/**
 * Works on all things, at most `limit` at a time. The first failure begins nothing more and is thrown.
 * @template T, R
 * @param {number} limit
 * @param {readonly T[]} things
 * @param {(thing: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of the things
 */
export async function inParallel(limit, things, work) {
  /** @type {R[]} */
  const results = [];
  const waiting = [...things.entries()];
  let failed = false;
  async function worker() {
    for (let next = waiting.shift(); next !== undefined && !failed; next = waiting.shift()) {
      const [index, thing] = next;
      try {
        results[index] = await work(thing);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, things.length) }, worker));
  return results;
}
