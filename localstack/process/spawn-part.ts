import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildMessage } from '#shared/runtime/run-as-child.ts';
import type { LoadedMessage } from './report-modules.ts';

export type PartDetails = Record<string, string | number | boolean>;

export interface SpawnOptions {
  name: string;
  /** Absolute path of the part's main file. */
  script: string;
  /** The whole environment of the part. */
  env: Record<string, string | undefined>;
  cwd?: string;
  onProgress?(text: string, fraction: number | undefined): void;
  onLine(line: string, stream: 'out' | 'err'): void;
  /** Told of each file that the part loads; by its absolute path. */
  onModule?: ((path: string) => void) | undefined;
  /** Told when the part ends without having been asked to. */
  onExit?(reason: string): void;
}

export interface SpawnedPart {
  name: string;
  pid: number;
  /** Settles when the part reports that it is ready. */
  ready: Promise<PartDetails>;
  send(message: object): void;
  /** Asks it to stop, and ends it after `graceMs`. Returns when it is gone. */
  stop(graceMs: number): Promise<void>;
}

const REPORT_MODULES = new URL('./report-modules.ts', import.meta.url).href;

/** Starts one part of the local cloud as a child process; see {@link runAsChild} for its side. */
export function spawnPart(options: SpawnOptions): SpawnedPart {
  const child = fork(options.script, [], {
    env: options.env,
    cwd: options.cwd,
    execArgv: [
      '--disable-warning=ExperimentalWarning',
      '--enable-source-maps',
      ...(options.onModule ? ['--import', REPORT_MODULES] : []),
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  forwardLines(child, options.onLine);
  const exited = once(child, 'exit').then(([code, signal]) =>
    signal === null ? `exited with code ${code}` : `was stopped by ${signal}`,
  );
  let stopping = false;
  let isReady = false;
  const ready = new Promise<PartDetails>((resolve, reject) => {
    child.on('message', (message: ChildMessage | LoadedMessage) => {
      if (message.type === 'ready') {
        isReady = true;
        resolve(message.details);
      } else if (message.type === 'progress') options.onProgress?.(message.text, message.fraction);
      else if (message.type === 'loaded') options.onModule?.(message.path);
      else if (message.type === 'fatal') reject(new Error(`${options.name}: ${message.message}`));
    });
    child.once('error', reject);
    exited.then((reason) => reject(new Error(`${options.name} ${reason} before it was ready`)), reject);
  });
  // Whoever waits for it learns of a failure; when the start was given up meanwhile, nobody waits any more.
  ready.then(undefined, () => undefined);
  exited.then(
    (reason) => {
      if (isReady && !stopping) options.onExit?.(reason);
    },
    () => undefined,
  );
  return {
    name: options.name,
    pid: child.pid ?? 0,
    ready,
    send(message) {
      if (child.connected) child.send(message);
    },
    async stop(graceMs) {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

function forwardLines(child: ChildProcess, onLine: SpawnOptions['onLine']): void {
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => onLine(line, 'out'));
  if (child.stderr !== null) createInterface(child.stderr).on('line', (line) => onLine(line, 'err'));
}
