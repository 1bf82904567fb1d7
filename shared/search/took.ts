import type { SearchAnswer } from '#shared/api/search.ts';

export type Took = SearchAnswer['tookMs'];

export function newTook(): Took {
  return { total: 0, embed: 0, qdrant: 0, bm25: 0, rerank: 0, fetch: 0 };
}

/** Adds the time that the work takes to a part, in milliseconds. */
export async function timed<T>(took: Took, part: keyof Took, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    took[part] += performance.now() - begun;
  }
}

/** To tenths of a millisecond. */
export function rounded(took: Took): Took {
  const result = { ...took };
  for (const part of Object.keys(result) as (keyof Took)[]) result[part] = Math.round(took[part] * 10) / 10;
  return result;
}
