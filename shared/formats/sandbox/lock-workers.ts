import { createRequire, syncBuiltinESMExports } from 'node:module';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

const { construct } = Reflect;

/**
 * From now on only the OCR library's thread and the watchdog can be started as threads of this process. Node's permissions
 * end at a thread that is started with `execArgv` or `env` of its own, so neither gets any option but its data and limits.
 * For code that runs in JavaScript this is a hurdle, for code that broke out of it none: the walls are what holds then.
 */
export function lockWorkers(): void {
  const ocr = createRequire(import.meta.url).resolve('tesseract.js/src/worker-script/node/index.js');
  const watchdog = new URL('./watchdog.ts', import.meta.url).href;
  const { Worker } = workerThreads;
  const Locked = new Proxy(Worker, {
    construct(_, [file, options]: [string | URL, WorkerOptions?]) {
      const isWatchdog = typeof file === 'object' && file.href === watchdog;
      if (file !== ocr && !isWatchdog) throw new Error('A reader starts no threads of its own.');
      // A new object without a prototype: whatever else the options hold or inherit is left behind.
      const kept = Object.create(null) as WorkerOptions;
      if (isWatchdog) {
        kept.workerData = options?.workerData;
        kept.resourceLimits = options?.resourceLimits;
      }
      return construct(Worker, [isWatchdog ? new URL(watchdog) : ocr, kept]) as object;
    },
  });
  Worker.prototype.constructor = Locked;
  workerThreads.Worker = Locked;
  syncBuiltinESMExports();
}
