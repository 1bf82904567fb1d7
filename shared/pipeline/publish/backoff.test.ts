import { expect, it } from 'vitest';
import { backoffSeconds } from './backoff.ts';

it('doubles up to five minutes, in the upper half of each step', () => {
  const least = [0, 1, 2, 3, 8, 9, 30].map((attempts) => backoffSeconds(attempts, () => 0));
  const most = [0, 1, 2, 3, 8, 9, 30].map((attempts) => backoffSeconds(attempts, () => 1));
  expect(least).toEqual([0.5, 1, 2, 4, 128, 150, 150]);
  expect(most).toEqual([1, 2, 4, 8, 256, 300, 300]);
});
