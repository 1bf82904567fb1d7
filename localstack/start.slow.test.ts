import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from './process/ports.ts';

let dataDir: string;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-start-'));
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const START = [process.execPath, fileURLToPath(new URL('start.ts', import.meta.url))];

/** `npm start`, as it is for everybody. */
function start(
  port: number,
  [program = '', ...args] = START,
): { child: ChildProcess; output: () => string; ended: Promise<number | null> } {
  const child = spawn(program, args, {
    env: { ...process.env, PORT: String(port), OMNIRAG_DATA_DIR: dataDir, EMBEDDING_MODEL: 'hashing-384' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a terminal makes one.
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code as number | null) };
}

it('tells where everything is, serves the product, refuses a second one, and ends well on Ctrl-C', async () => {
  const port = await findFreePort('127.0.0.1');
  const first = start(port);
  try {
    await expect.poll(first.output, { timeout: 60_000 }).toContain('OmniRAG is ready');
    const lines = first.output().trimEnd().split('\n');
    expect(lines).toContain(`OmniRAG is ready at http://localhost:${port}`);
    for (const part of ['postgres', 's3', 'sqs', 'qdrant', 'models', 'functions', 'function-urls']) {
      expect(
        lines.some((line) => line.startsWith(`✓ ${part} `)),
        part,
      ).toBe(true);
    }
    expect(first.output()).toMatch(/AWS_SECRET_ACCESS_KEY=[0-9a-f]{60}\n/);
    expect(first.output()).toMatch(/http:\/\/127\.0\.0\.1:\d+\/omnirag-incoming\/drop\/USER_ID\//);
    expect(first.output()).toContain('hashing-384');
    expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200);

    const second = start(await findFreePort('127.0.0.1'));
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`process ${first.child.pid}`);
    expect((await readdir(dataDir)).filter((name) => !name.includes('lock') && name !== 'run.json').sort()).toEqual(
      expect.arrayContaining(['postgres', 'qdrant', 's3', 'secrets.json', 'sqs']),
    );
    expect((await stat(join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  } finally {
    // Ctrl-C reaches every process of the group.
    if (first.child.pid !== undefined) process.kill(-first.child.pid, 'SIGINT');
    expect(await first.ended).toBe(0);
  }
  expect(await readdir(dataDir)).not.toContain('lock');
  expect(await readdir(dataDir)).not.toContain('run.json');
});

it.each(['start', 'dev'])(
  'ends when the npm that runs it is ended by its id: npm run %s',
  async (script) => {
    const { child, output, ended } = start(await findFreePort('127.0.0.1'), ['npm', 'run', script]);
    let isOver = false;
    // The output closes when the last process that writes to it is gone.
    const closing = ended.then(() => {
      isOver = true;
    });
    try {
      await expect.poll(output, { timeout: 60_000 }).toContain('✓ postgres');
      child.kill('SIGTERM');
      await expect.poll(() => isOver).toBe(true);
      expect(output()).toContain('Stopping …');
      expect(await readdir(dataDir)).not.toContain('lock');
    } finally {
      if (!isOver && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await closing;
    }
  },
  120_000,
);
