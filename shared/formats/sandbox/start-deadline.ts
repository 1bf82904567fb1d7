/** A process that got less of the time than this was starved by others. */
const STARVED_SHARE = 0.5;
/** One that stands still uses less than this while it is waited for: its watchdog looks about it. */
const IDLE_SHARE = 0.01;
const STEP_SHARE = 0.25;

export interface Deadline {
  timeoutMs: number;
  /** Until when a process is waited for that works and hardly gets a processor; not set: no longer than for any other. */
  starvedTimeoutMs?: number | undefined;
}

/**
 * Calls `onOverdue` when the time is up. Time that other processes took does not count against a reader that goes on
 * working: a machine that is busy for minutes must not turn good files into failures.
 * @param usedMs processor time of the process so far; undefined where that cannot be known
 * @returns ends the watch
 */
export function startDeadline(
  { timeoutMs, starvedTimeoutMs = timeoutMs }: Deadline,
  usedMs: () => number | undefined,
  onOverdue: () => void,
): () => void {
  const begun = performance.now();
  const usedBefore = usedMs() ?? 0;
  const stepMs = timeoutMs * STEP_SHARE;
  let lastSpent = 0;
  let timer = setTimeout(look, timeoutMs);

  function look(): void {
    const used = usedMs();
    const spent = used === undefined ? Number.POSITIVE_INFINITY : used - usedBefore;
    const works = spent - lastSpent > stepMs * IDLE_SHARE;
    const isStarved = spent < timeoutMs * STARVED_SHARE;
    if (!works || !isStarved || performance.now() - begun + stepMs > starvedTimeoutMs) {
      onOverdue();
      return;
    }
    lastSpent = spent;
    timer = setTimeout(look, stepMs);
  }

  return () => clearTimeout(timer);
}
