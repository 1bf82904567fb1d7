import { expect, it } from 'vitest';
import { createOneByOne } from './one-by-one.ts';

const RULES = { mostWaiting: 3, longestWaitMs: 60_000, refusal: () => new Error('too many') };

it('what has one key is done one after another, and another key waits for none of it', async () => {
  const oneByOne = createOneByOne(RULES);
  const { promise: end, resolve } = Promise.withResolvers<void>();
  const order: string[] = [];
  const first = oneByOne('a', () => end);
  const failing = oneByOne('a', async () => {
    order.push('a2');
    throw new Error('no');
  });
  const last = oneByOne('a', async () => order.push('a3'));
  await expect(oneByOne('a', async () => undefined)).rejects.toThrow('too many');
  await oneByOne('b', async () => order.push('b'));
  expect(order).toEqual(['b']);
  resolve();
  await expect(failing).rejects.toThrow('no');
  await Promise.all([first, last]);
  expect(order).toEqual(['b', 'a2', 'a3']);
  await expect(oneByOne('a', async () => 'served')).resolves.toBe('served');
});

it('who has waited too long is sent away instead of being worked for', async () => {
  const oneByOne = createOneByOne({ ...RULES, longestWaitMs: -1 });
  await expect(oneByOne('a', async () => 'served')).rejects.toThrow('too many');
});
