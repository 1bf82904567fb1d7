import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { limitedCommand } from './os-limits.ts';
import { saysOutOfMemory } from './out-of-memory.ts';

const MEMORY_MB = 200;
const isLinux = process.platform === 'linux';
if (!isLinux) console.warn('NOT TESTED here, for only Linux enforces it: the memory limit of the reader process.');

/** Each takes memory without end, of another kind, as fast as it can. No watchdog is about. */
const BOMBS = {
  buffers: 'for (;;) keep.push(Buffer.alloc(64 << 20, 1))',
  objects: 'for (;;) keep.push(Array.from({ length: 1e5 }, (_, i) => ({ i })))',
  WebAssembly:
    'for (;;) { const m = new WebAssembly.Memory({ initial: 1024 }); new Uint8Array(m.buffer).fill(1); keep.push(m) }',
};

async function run(code: string, fileBytes = 0): Promise<{ exit: unknown; said: string; peakMb: number }> {
  const script = `const keep = []; const tell = () => process.stdout.write(
    /VmHWM:\\s+(\\d+)/.exec(require('fs').readFileSync('/proc/self/status', 'latin1'))[1] + '\\n');
    setInterval(tell, 50).unref(); const timed = keep.push.bind(keep);
    keep.push = (value) => { timed(value); tell(); };
    ${code}`;
  const flags = ['--max-old-space-size=8000', '-e', script];
  const { command, args } = limitedCommand(process.execPath, flags, { memoryMb: MEMORY_MB, threads: 0, fileBytes });
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [out, said, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const peaks = out.split('\n').filter((line) => line !== '');
  return { exit, said, peakMb: Math.max(0, ...peaks.map(Number)) / 1024 };
}

it.skipIf(!isLinux).each(Object.entries(BOMBS))(
  'the kernel ends a process that takes %s without end',
  async (_, bomb) => {
    const { exit, said, peakMb } = await run(bomb);
    expect(exit).not.toBe(0);
    expect(saysOutOfMemory(said)).toBe(true);
    expect(peakMb).toBeGreaterThan(50);
    // Beside its own data a process shows some 60 MB of the program it runs.
    expect(peakMb).toBeLessThan(MEMORY_MB + 120);
  },
);

it.skipIf(!isLinux)(
  'a process within its limits has threads and WebAssembly, and writes no longer file than it may',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'omnirag-limits-'));
    try {
      const path = join(folder, 'file');
      const code = `const { Worker } = require('worker_threads');
      new WebAssembly.Memory({ initial: 160, maximum: 65536 });
      const worker = new Worker('0', { eval: true, resourceLimits: { codeRangeSizeMb: 8 } });
      worker.on('exit', () => require('fs').writeFileSync(${JSON.stringify(path)}, Buffer.alloc(5000)));`;
      expect(await run(code, 8192)).toMatchObject({ exit: 0, said: '' });
      expect((await stat(path)).size).toBe(5000);
      const tooLong = await run(code, 4096);
      expect(tooLong.said).toContain('EFBIG');
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

it.skipIf(!isLinux).each([
  [undefined, 10],
  [15, 15],
])('a process stands back behind others as far as it is told: %s', async (niceness, expected) => {
  const script = ['-e', "process.stdout.write(String(require('os').getPriority()))"];
  const limits = { memoryMb: MEMORY_MB, threads: 0, fileBytes: 0, niceness };
  const { command, args } = limitedCommand(process.execPath, script, limits);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  expect(Number(await text(child.stdout))).toBe(Math.min(19, getPriority() + expected));
});
