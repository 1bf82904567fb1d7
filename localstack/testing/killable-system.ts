import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { findFreePort } from '#localstack/process/ports.ts';
import type { Secrets } from '#localstack/secrets/secrets.ts';

const PORTS = ['PORT', 'POSTGRES_PORT', 'SQS_PORT', 'QDRANT_PORT', 'GOOGLE_PORT'] as const;

/** `npm start` in a process group of its own, on ports that stay the same, over one data folder. */
export interface KillableSystem {
  url: string;
  ports: Record<(typeof PORTS)[number], string>;
  /** Up to its last start-up line. @throws Error with the output when it ends before */
  start(): Promise<void>;
  /** SIGKILL to every process at once. */
  kill(): Promise<void>;
  /** SIGKILL to the process that runs the functions, which is then started again. */
  killFunctionHost(): Promise<void>;
  secrets(): Promise<Secrets>;
  /** Asks the database as its superuser. */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** @param settings in addition to those of this process */
export async function createKillableSystem(settings: Record<string, string> = {}): Promise<KillableSystem> {
  const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-kill-'));
  const chosen: Record<string, string> = {};
  for (const name of PORTS) chosen[name] = String(await findFreePort('127.0.0.1'));
  const ports = chosen as KillableSystem['ports'];
  let launcher: ChildProcess | undefined;

  const end = async (signal: NodeJS.Signals, group: boolean): Promise<void> => {
    const child = launcher;
    if (!child?.pid) return;
    launcher = undefined;
    const ended = once(child, 'exit');
    process.kill(group ? -child.pid : child.pid, signal);
    await ended;
  };
  const secrets = async (): Promise<Secrets> => JSON.parse(await readFile(join(dataDir, 'secrets.json'), 'utf8'));
  return {
    url: `http://127.0.0.1:${ports.PORT}`,
    ports,
    async start() {
      const own = { EMBEDDING_MODEL: 'hashing-384', LOG_LEVEL: 'error', ...settings };
      const child = spawn(process.execPath, ['localstack/start.ts'], {
        detached: true,
        env: { ...process.env, ...ports, OMNIRAG_DATA_DIR: dataDir, ...own },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      launcher = child;
      const output: string[] = [];
      child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
      await untilReady(child.stdout, output);
      child.stdout.resume();
    },
    kill: () => end('SIGKILL', true),
    async killFunctionHost() {
      const record: { name: string; pid: number }[] = JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8'));
      const host = record.findLast(({ name }) => name === 'functions');
      if (host) process.kill(host.pid, 'SIGKILL');
    },
    secrets,
    async query(text, values = []) {
      const { POSTGRES_PASSWORD } = await secrets();
      const address = `postgres://postgres:${POSTGRES_PASSWORD}@127.0.0.1:${ports.POSTGRES_PORT}/omnirag`;
      const database = new pg.Client({ connectionString: address });
      await database.connect();
      try {
        return (await database.query(text, values)).rows;
      } finally {
        await database.end();
      }
    },
    async remove() {
      await end('SIGTERM', false);
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function untilReady(stdout: NodeJS.ReadableStream, output: string[]): Promise<void> {
  for await (const line of createInterface({ input: stdout })) {
    output.push(`${line}\n`);
    if (line.startsWith('OmniRAG is ready at ')) return;
  }
  throw new Error(`npm start ended before it was ready:\n${output.join('')}`);
}
