import { randomWeights } from '#testing/random.ts';
import type { BenchRow } from './bench.ts';
import { eachOf } from './temporary-system.ts';

/** Questions of 2 to 6 words that stand in the passages; none twice. */
export function questions(passages: readonly string[]): (count: number) => string[] {
  const random = randomWeights(5);
  const below = (count: number): number => Math.floor(((random() + 1) / 2) * count);
  const asked = new Set<string>();
  return (count) => {
    const made: string[] = [];
    while (made.length < count) {
      const words = (passages[below(passages.length)] ?? '').split(' ');
      const query = Array.from({ length: 2 + below(5) }, () => words[below(words.length)]).join(' ');
      if (!asked.has(query)) made.push(query);
      asked.add(query);
    }
    return made;
  };
}

/** Milliseconds of each. */
export function timedAll(
  queries: readonly string[],
  callers: number,
  work: (query: string) => Promise<void>,
): Promise<number[]> {
  return eachOf(
    queries,
    async (query) => {
      const begun = performance.now();
      await work(query);
      return performance.now() - begun;
    },
    callers,
  );
}

/** The 50th, 95th and 99th, beside those of a reference. */
export function percentiles(
  name: string,
  times: readonly number[],
  reference?: { name: string; times: readonly number[] },
): BenchRow[] {
  return [50, 95, 99].map((percent) => {
    const value = percentile(times, percent);
    const row = { name: `${name}, p${percent}`, value, unit: 'ms' };
    if (!reference) return row;
    const of = percentile(reference.times, percent);
    return { ...row, reference: { name: reference.name, value: of }, ratio: value / of };
  });
}

function percentile(times: readonly number[], percent: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor((times.length * percent) / 100))] ?? 0;
}
