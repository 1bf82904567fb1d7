import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watchMemory } from './memory.ts';

it.runIf(process.platform === 'linux')(
  'sees the most that each process took, below a part too, after it is gone',
  async () => {
    const dir = await mkdtemp(join(tmpdir(), 'omnirag-memory-'));
    const names = new Map<number, string>();
    const watch = watchMemory(names);
    try {
      const parser = join(dir, 'hungry-parser.cjs');
      await writeFile(
        parser,
        'const held = Buffer.alloc(200e6, 1); setTimeout(() => process.exit(held[0] - 1), 1000);',
      );
      const code = `require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(parser)}])`;
      const part = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
      names.set(part.pid ?? 0, 'functions');
      await once(part, 'exit');
      const peaks = watch.peakMb();
      expect(peaks['hungry-parser']).toBeGreaterThan(200);
      expect(peaks['hungry-parser']).toBeLessThan(400);
      expect(peaks.functions).toBeGreaterThan(20);
      expect(peaks.functions).toBeLessThan(150);
      expect(peaks.supervisor).toBeGreaterThan(20);
    } finally {
      watch.stop();
      await rm(dir, { recursive: true });
    }
  },
);
