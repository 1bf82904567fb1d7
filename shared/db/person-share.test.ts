import { expect, it, vi } from 'vitest';
import { createPersonShare } from './person-share.ts';

function pending() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, end: resolve };
}

it('one person never has all connections, and waits for their own work alone', async () => {
  const share = createPersonShare(4);
  const stuck = pending();
  const begun = vi.fn(stuck.work);
  const first = [1, 2, 3, 4, 5].map(() => share.run('ada', begun));
  await expect(share.run('grace', async () => 'served')).resolves.toBe('served');
  expect(begun).toHaveBeenCalledTimes(3);
  stuck.end();
  await Promise.all(first);
  expect(begun).toHaveBeenCalledTimes(5);
});

it('work that fails gives its place back', async () => {
  const share = createPersonShare(1);
  for (let turn = 0; turn < 3; turn += 1) {
    await expect(share.run('ada', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  }
  await expect(share.run('ada', async () => 'done')).resolves.toBe('done');
});

it('who waits too long is told so, and takes no place', async () => {
  vi.useFakeTimers();
  try {
    const share = createPersonShare(1);
    const stuck = pending();
    const first = share.run('ada', stuck.work);
    const late = expect(share.run('ada', async () => undefined)).rejects.toMatchObject({
      code: 'DEPENDENCY_UNAVAILABLE',
      message: expect.stringContaining('wait'),
    });
    await vi.advanceTimersByTimeAsync(5_000);
    await late;
    stuck.end();
    await first;
    await expect(share.run('ada', async () => 'done')).resolves.toBe('done');
  } finally {
    vi.useRealTimers();
  }
});
