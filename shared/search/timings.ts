import type { SearchAnswer } from '#shared/api/search.ts';

export type Timings = SearchAnswer['tookMs'];

export function newTimings(): Timings {
  return { total: 0, embed: 0, qdrant: 0, bm25: 0, rerank: 0, fetch: 0 };
}

/** Adds the time that the work takes to a part, in milliseconds. */
export async function timed<T>(timings: Timings, part: keyof Timings, work: () => Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    timings[part] += performance.now() - begun;
  }
}

/** To tenths of a millisecond. */
export function rounded(timings: Timings): Timings {
  const result = { ...timings };
  for (const part of Object.keys(result) as (keyof Timings)[]) result[part] = Math.round(timings[part] * 10) / 10;
  return result;
}
