const LOOK_EVERY_MS = 500;

/**
 * Calls `ended` once the process that started this one is gone. npm passes a signal on to the shell it runs scripts in,
 * and that shell passes it to nobody: who ended `npm start` by its id left the whole system running.
 */
export function whenParentEnds(ended: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    ended();
  }, LOOK_EVERY_MS);
  timer.unref();
}
