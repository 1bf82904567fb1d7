import { expect, it } from 'vitest';
import { retryDelay } from './retry-delay.ts';

it('waits longer with each failure, never twice the same for everybody, and a quarter of an hour at most', () => {
  for (const [attempts, longest] of [
    [0, 5],
    [3, 40],
    [7, 640],
    [8, 900],
    [2_000, 900],
  ] as const) {
    const delays = Array.from({ length: 200 }, () => retryDelay(attempts));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(longest / 2);
    expect(Math.max(...delays)).toBeLessThanOrEqual(longest);
    expect(new Set(delays).size).toBeGreaterThan(1);
  }
});
