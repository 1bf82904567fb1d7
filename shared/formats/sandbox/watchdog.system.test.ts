import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { explainEnd } from './start-sandbox.ts';

const START = new URL('./start-watchdog.ts', import.meta.url).href;

/** A process with a watchdog that runs `code` without ever giving its event loop a turn. */
async function runWatched(code: string, limits: { memoryMb: number; windowTimeoutMs: number }): Promise<Error> {
  const script = `import(${JSON.stringify(START)}).then(({ startWatchdog }) => {
    const busySince = new Float64Array(new SharedArrayBuffer(8));
    startWatchdog({ parentPid: process.ppid, busySince, ...${JSON.stringify(limits)} });
    setTimeout(() => { busySince[0] = Date.now(); const keep = []; ${code} }, 200);
  })`;
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [said, [exit, signal]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  return explainEnd(exit as number | null, signal as NodeJS.Signals | null, said, limits);
}

it('says that a process took too much memory, although its main thread hears nothing', async () => {
  const code =
    'while (keep.length < 64) keep.push(Buffer.alloc(16 << 20, 1)); while (Date.now() < busySince[0] + 15_000);';
  const end = await runWatched(code, { memoryMb: 200, windowTimeoutMs: 60_000 });
  expect(end).toMatchObject({ code: 'RESOURCE_LIMIT' });
});
