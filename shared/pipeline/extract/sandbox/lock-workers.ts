import { createRequire, syncBuiltinESMExports } from 'node:module';
import { fileURLToPath } from 'node:url';
import workerThreads, { type WorkerOptions } from 'node:worker_threads';

/** Node's permissions end at a thread that is started with `execArgv` or `env` of its own; neither of these has any. */
const OPTIONS: ReadonlySet<string> = new Set(['workerData', 'resourceLimits']);

/**
 * From now on only the OCR library's thread and the watchdog can be started as threads of this process, by whatever code
 * runs in it.
 */
export function lockWorkers(): void {
  const allowed = new Set([
    createRequire(import.meta.url).resolve('tesseract.js/src/worker-script/node/index.js'),
    fileURLToPath(new URL('./watchdog.ts', import.meta.url)),
  ]);
  const { Worker } = workerThreads;
  const Locked = new Proxy(Worker, {
    construct(target, [file, options = {}]: [string | URL, WorkerOptions?], newTarget) {
      const path = file instanceof URL ? fileURLToPath(file) : file;
      if (!allowed.has(path) || Object.keys(options).some((name) => !OPTIONS.has(name))) {
        throw new Error('A reader starts no threads of its own.');
      }
      return Reflect.construct(target, [path, options], newTarget);
    },
  });
  Worker.prototype.constructor = Locked;
  workerThreads.Worker = Locked;
  syncBuiltinESMExports();
}
