import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { OVER_MEMORY_MARK } from './messages.ts';

/** What the sandbox's main thread tells its watchdog. */
export interface WatchdogOrders {
  parentPid: number;
  memoryMb: number;
  windowTimeoutMs: number;
  /** One number: when the present window began (ms since the epoch), 0 while nothing is read. */
  busySince: Float64Array;
}

/** A bomb allocates about 1 MB a millisecond, so the limit is overrun by some 50 MB at most. */
const CHECK_EVERY_MS = 50;
/** The parent ends a slow window itself; this is for a parent that is gone or stuck. */
const GRACE_MS = 5_000;
/** Of stderr. In a thread `process.stderr` is a stream to the main thread, which may be too busy to pass anything on. */
const STDERR_FD = 2;

/**
 * Runs beside the parser on a thread of its own, because a parser in a synchronous loop hears neither messages nor
 * timers nor that its parent has died. It ends the whole process then, and when it takes too much memory (V8's own
 * limit counts the JavaScript heap alone, not buffers).
 */
const { parentPid, memoryMb, windowTimeoutMs, busySince } = workerData as WatchdogOrders;
setInterval(() => {
  if (process.memoryUsage.rss() > memoryMb * 1024 * 1024) {
    writeSync(STDERR_FD, `\n${OVER_MEMORY_MARK}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
  const began = busySince[0] ?? 0;
  const overdue = began > 0 && Date.now() - began > windowTimeoutMs + GRACE_MS;
  if (overdue || process.ppid !== parentPid) process.kill(process.pid, 'SIGKILL');
}, CHECK_EVERY_MS);
