import { expect, it } from 'vitest';
import { backoffSeconds } from './backoff.ts';

it('doubles up to five minutes, in the upper half of each step', () => {
  const least = [0, 1, 2, 3, 8, 9, 30].map((attempts) => backoffSeconds(attempts, undefined, () => 0));
  const most = [0, 1, 2, 3, 8, 9, 30].map((attempts) => backoffSeconds(attempts, undefined, () => 1));
  expect(least).toEqual([0.5, 1, 2, 4, 128, 150, 150]);
  expect(most).toEqual([1, 2, 4, 8, 256, 300, 300]);
});

it('waits longer with each failure, never twice the same for everybody, and as long as it is told to at most', () => {
  for (const [attempts, longest] of [
    [0, 5],
    [3, 40],
    [7, 640],
    [8, 900],
    [2_000, 900],
  ] as const) {
    const delays = Array.from({ length: 200 }, () => backoffSeconds(attempts, { first: 5, longest: 900 }));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
    expect(new Set(delays).size).toBeGreaterThan(1);
  }
});
