import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';

interface InParallel {
  inParallel<T, R>(limit: number, things: readonly T[], work: (thing: T) => Promise<R>): Promise<R[]>;
}
const { inParallel }: InParallel = await import(new URL('./in-parallel.js', import.meta.url).href);

test('results come in order, and no more than the limit run at once', async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel(3, [5, 1, 4, 2, 3, 0], async (turns) => {
    running += 1;
    most = Math.max(most, running);
    for (let turn = 0; turn < turns; turn += 1) await setImmediate();
    running -= 1;
    return turns * 10;
  });
  expect(results).toEqual([50, 10, 40, 20, 30, 0]);
  expect(most).toBe(3);
});

test('after a failure nothing more begins', async () => {
  const begun: number[] = [];
  const work = inParallel(2, [1, 2, 3, 4, 5, 6], async (thing) => {
    begun.push(thing);
    await setImmediate();
    if (thing === 1) throw new Error('refused');
  });
  await expect(work).rejects.toThrow('refused');
  expect(begun.length).toBeLessThan(6);
});

test('nothing to do is done', async () => {
  expect(await inParallel(3, [], async () => 1)).toEqual([]);
});
