import { afterAll, beforeAll, expect, it } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { until } from '#testing/person.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { handleInTurn } from './handle-in-turn.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

const received = ['a', 'b', 'c'].map((messageId) => ({ messageId, message: { of: messageId } }));
const waiting = () => container.queue.waiting('accept');

it('handles one after the other, and goes on behind one that fails', async () => {
  const seen: string[] = [];
  const failed: string[] = [];
  let isBusy = false;
  await handleInTurn(
    container,
    'accept',
    received,
    async ({ of }) => {
      expect(isBusy).toBe(false);
      isBusy = true;
      seen.push(of);
      await waiting();
      isBusy = false;
      if (of === 'b') throw new Error('as asked');
    },
    ({ messageId }) => failed.push(messageId),
  );
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(failed).toEqual(['b']);
  expect(await waiting()).toBe(0);
});

it('gives back what waits behind one that takes long', async () => {
  const seen: string[] = [];
  const handle = async ({ of }: { of: string }): Promise<void> => {
    seen.push(of);
    await until('the others to be given back', 10_000, async () => ((await waiting()) === 2 ? true : undefined));
  };
  await handleInTurn(container, 'accept', received, handle, () => expect.unreachable());
  expect(seen).toEqual(['a']);
});

it('has those delivered again that cannot be given back', async () => {
  const failed: string[] = [];
  const told = Promise.withResolvers<void>();
  const queue = { ...container.queue, send: () => Promise.reject(new AppError('DEPENDENCY_UNAVAILABLE')) };
  await handleInTurn(
    { queue },
    'accept',
    received,
    () => told.promise,
    ({ messageId }) => {
      failed.push(messageId);
      if (failed.length === 2) told.resolve();
    },
  );
  expect(failed).toEqual(['b', 'c']);
});
