import { Worker } from 'node:worker_threads';
import type { WatchdogOrders } from './watchdog.ts';

/** Starts the thread that ends this process when it must; a process whose watchdog fails ends with it. */
export function startWatchdog(orders: WatchdogOrders): void {
  const watchdog = new Worker(new URL('./watchdog.ts', import.meta.url), {
    workerData: orders,
    // Without a bound its V8 sets 512 MB aside for code, which the system counts as data of this process.
    resourceLimits: { codeRangeSizeMb: 8, maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  });
  watchdog.on('error', (error) => {
    console.error(error);
    process.exit(1);
  });
}
