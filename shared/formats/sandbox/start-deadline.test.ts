import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startDeadline } from './start-deadline.ts';
import { processorTimeMs } from './watch-memory.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When a process is given up that gets so much of the time. @param until it stands still from then on */
function givenUpAfter(
  share: number,
  limits: { starvedTimeoutMs?: number } = {},
  until = Number.POSITIVE_INFINITY,
): number {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  let end = Number.NaN;
  startDeadline(
    { timeoutMs: 60_000, ...limits },
    () => Math.min(elapsed(), until) * share,
    () => {
      end = elapsed();
    },
  );
  vi.advanceTimersByTime(1_000_000);
  return Math.round(end / 1_000);
}

it('gives up a process that had its time', () => {
  expect(givenUpAfter(1, { starvedTimeoutMs: 241_000 })).toBe(60);
  expect(givenUpAfter(0.1)).toBe(60);
});

it('waits longer for one that works and hardly gets a processor, up to a limit', () => {
  expect(givenUpAfter(0.05, { starvedTimeoutMs: 241_000 })).toBe(240);
  // Half of its time is used up after 100 s.
  expect(givenUpAfter(0.3, { starvedTimeoutMs: 241_000 })).toBe(105);
});

it('does not wait for one that stands still', () => {
  expect(givenUpAfter(0.4, { starvedTimeoutMs: 241_000 }, 2_000)).toBe(75);
});

it('stops when it is told to', () => {
  const overdue = vi.fn();
  startDeadline({ timeoutMs: 10 }, () => undefined, overdue)();
  vi.advanceTimersByTime(1_000);
  expect(overdue).not.toHaveBeenCalled();
});

it.skipIf(process.platform !== 'linux')('reads the processor time of a process', () => {
  const before = processorTimeMs(process.pid) ?? Number.NaN;
  const usage = process.cpuUsage();
  expect(Math.abs(before - (usage.user + usage.system) / 1_000)).toBeLessThan(200);
  expect(processorTimeMs(2 ** 30)).toBeUndefined();
});
