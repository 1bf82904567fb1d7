import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from '#localstack/process/ports.ts';

const STARTS_WITHIN_MS = 10_000;

export interface TestRedis {
  url: string;
  /** Leaves it connected and without an answer. */
  pause(): void;
  resume(): void;
  /** Ends it; what it held is kept for the next `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and forgets all. */
  remove(): Promise<void>;
}

/** Whether there is a Redis on this machine; says so loudly when there is none. */
export function hasRedis(): boolean {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('NOT TESTED: the cache in Redis. There is no redis-server on the path; install it.');
    return false;
  }
}

/** A Redis of its own on a free port. */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'omnirag-redis-'));
  const port = await findFreePort('127.0.0.1');
  let server: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = { port: String(port), bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes' };
    server = spawn(
      'redis-server',
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]),
      { stdio: 'ignore' },
    );
    await untilAnswering(port);
  }
  async function stop(): Promise<void> {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    server.kill('SIGCONT');
    server.kill('SIGTERM');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => server?.kill('SIGSTOP'),
    resume: () => server?.kill('SIGCONT'),
    stop,
    start,
    async remove() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function untilAnswering(port: number): Promise<void> {
  const deadline = Date.now() + STARTS_WITHIN_MS;
  for (;;) {
    const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resume) => setTimeout(resume, 50));
    } finally {
      client.disconnect();
    }
  }
}
