import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors/app-error.ts';
import { endSignal, OUTSIDE } from './end-signal.ts';
import { readJsonLines } from './json-lines.ts';
import {
  ANSWERS_HANDLE,
  OVER_MEMORY_MARK,
  REQUESTS_HANDLE,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxTask,
} from './messages.ts';
import { saysOutOfMemory } from './out-of-memory.ts';
import { readerProgram } from './reader-program.ts';
import { startConfined } from './start-confined.ts';
import { startDeadline } from './start-deadline.ts';
import { findWalls } from './walls.ts';
import type { Walls } from './walls-command.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));
/** The heap's part of the memory limit; the rest is for code, buffers and the watchdog. */
const HEAP_SHARE = 0.7;
/** Only the end of what the process writes to stderr is kept. */
const STDERR_CHARS = 4_096;
/** 20 million characters of text, the place of each word and the small pictures of fifty pages. */
const MOST_ANSWER_CHARS = 200_000_000;

/**
 * The canvas library's allocator would set 1 GB aside writable (measured: 574 MB of data, 1,628 with it; 612 so), which the
 * system's memory limit counts: eleven of twelve BMP pictures failed.
 */
const ENVIRONMENT = {
  LANG: 'C.UTF-8',
  TZ: 'UTC',
  MIMALLOC_ARENA_EAGER_COMMIT: '0',
  // glibc gives the system back what is freed: scans of 600 dpi take 265 MB less (decision 0010).
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '262144',
};

export interface Sandbox {
  /** One request at a time. @throws AppError as extractWindows; Error when the process was ended from outside or could not start */
  ask(request: SandboxRequest): Promise<Exclude<SandboxAnswer, { type: 'refused' | 'failed' }>>;
  /** Ends the process, whatever it does, and waits until it is gone. */
  end(): Promise<void>;
}

/** What the parent asks for; the rest of the task follows from the machine. */
export type SandboxOrder = Omit<SandboxTask, 'ownWatchdog'>;

/** Starts the process that reads one document. It inherits no environment, and no handles but its two pipes. */
export function startSandbox(order: SandboxOrder, walls: Walls = findWalls()): Sandbox {
  const ocr = order.ocr && { ...order.ocr, dataDir: resolve(order.ocr.dataDir) };
  const task = { ...order, path: resolve(order.path), ocr, ownWatchdog: needsOwnWatchdog(walls) };
  const folders = ocr ? [ocr.dataDir] : [];
  const { child, usedMs, isOverMemory } = startConfined(
    {
      program: process.execPath,
      args: [...nodeFlags(task, folders), readerProgram(), JSON.stringify(task)],
      document: task.path,
      read: readablePaths(),
      publicFolder: ocr?.dataDir,
      write: task.unpacking && realpathSync(task.unpacking.folder),
      limits: {
        memoryMb: task.memoryMb,
        threads: task.threads,
        fileBytes: task.unpacking?.fileBytes ?? 0,
        niceness: task.niceness,
      },
      env: ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    },
    walls,
  );
  const stderr = keepTail(child);
  const failure = Promise.withResolvers<never>();
  // Nobody may be waiting when the process ends; the reason is still there for the next request.
  failure.promise.catch(() => undefined);
  child.on('error', (error) => failure.reject(new Error('The reader process could not be started.', { cause: error })));
  let hasBegun = false;
  let waiting: PromiseWithResolvers<SandboxAnswer> | undefined;
  child.on('close', (code, signal) => {
    failure.reject(
      hasBegun || isOverMemory()
        ? explainEnd(code, signal, isOverMemory() ? OVER_MEMORY_MARK : stderr(), task)
        : new Error(`The reader process could not be started: ${stderr().trim() || (signal ?? `exit code ${code}`)}`),
    );
  });
  readJsonLines(
    pipeOf(child, ANSWERS_HANDLE),
    MOST_ANSWER_CHARS,
    (value) => {
      const answer = value as SandboxAnswer | { type: 'begun' };
      if (answer.type === 'begun') hasBegun = true;
      else waiting?.resolve(answer);
    },
    () => {
      failure.reject(
        new AppError('DAMAGED_FILE', { detail: 'The file is damaged: its reader returned an invalid answer.' }),
      );
      child.kill('SIGKILL');
    },
  );
  const requests = pipeOf(child, REQUESTS_HANDLE);
  // A process that is gone is told by its `close` event, which knows more than the broken pipe does.
  requests.on('error', () => child.kill('SIGKILL'));

  function exchange(request: SandboxRequest): Promise<SandboxAnswer> {
    waiting = Promise.withResolvers<SandboxAnswer>();
    requests.write(`${JSON.stringify(request)}\n`);
    return waiting.promise;
  }

  async function ask(request: SandboxRequest): ReturnType<Sandbox['ask']> {
    const late = Promise.withResolvers<never>();
    const deadline = { timeoutMs: task.windowTimeoutMs, starvedTimeoutMs: task.starvedTimeoutMs };
    const endDeadline = startDeadline(deadline, usedMs, () => {
      late.reject(tooSlow(request, task));
      child.kill('SIGKILL');
    });
    try {
      const answer = await Promise.race([late.promise, failure.promise, exchange(request)]);
      if (answer.type === 'refused') throw new AppError(answer.code, { detail: answer.detail });
      if (answer.type === 'failed') throw new Error(`The document could not be read: ${answer.detail}`);
      return answer;
    } finally {
      endDeadline();
    }
  }

  async function end(): Promise<void> {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  }

  return { ask, end };
}

/** The program and `folders`, where these are there; where one is a link, both the link and what it leads to. */
export function readablePaths(folders: readonly string[] = []): string[] {
  const program = ['shared', 'node_modules', 'package.json'].map((name) => join(PROJECT, name));
  const paths = [...program, ...folders.filter((folder) => existsSync(folder))];
  return [...new Set(paths.flatMap((path) => [path, realpathSync(path)]))];
}

/** Whether nobody outside ends a process that is over its limits, or whose parent is gone. */
export function needsOwnWatchdog({ noPrivileges }: Walls): boolean {
  return !noPrivileges;
}

/**
 * The document, the program and `folders` are all it may read; it may write what its task says and start no processes,
 * and threads only where its format needs them.
 */
export function nodeFlags(
  task: Pick<SandboxTask, 'path' | 'memoryMb' | 'nativeAddons' | 'unpacking' | 'threads' | 'ownWatchdog'>,
  folders: readonly string[] = [],
): string[] {
  const readable = new Set([...readablePaths(folders), task.path, realpathSync(task.path)]);
  const folder = task.unpacking && realpathSync(task.unpacking.folder);
  return [
    '--no-warnings',
    `--max-old-space-size=${Math.floor(task.memoryMb * HEAP_SHARE)}`,
    '--disallow-code-generation-from-strings',
    // Readers that need memory outside the heap ask for it back before they take more.
    '--expose-gc',
    '--permission',
    // Node's permissions do not hold in a thread that is started with others: see lockWorkers.
    ...(task.threads > 0 || task.ownWatchdog ? ['--allow-worker'] : []),
    ...(task.nativeAddons ? ['--allow-addons'] : []),
    ...[...readable].map((path) => `--allow-fs-read=${path}`),
    ...(folder === undefined ? [] : [`--allow-fs-write=${folder}`, `--allow-fs-read=${folder}`]),
  ];
}

function pipeOf(child: ChildProcess, handle: number): Duplex {
  const stream = child.stdio[handle];
  if (!(stream instanceof Duplex)) throw new Error(`Handle ${handle} of the reader process is not a pipe.`);
  return stream;
}

function keepTail(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-STDERR_CHARS);
  });
  return () => tail;
}

function tooSlow(request: SandboxRequest, { windowTimeoutMs }: SandboxTask): AppError {
  const what = request.type === 'read' ? `Reading the file from page ${request.first} on` : 'Unpacking the file';
  return new AppError('PARSE_TIMEOUT', { detail: `${what} took longer than ${windowTimeoutMs / 1000} s.` });
}

/** Why a confined process ended: AppError where its file was to blame, else an Error that is worth another attempt. */
export function explainEnd(
  code: number | null,
  signal: NodeJS.Signals | null,
  stderr: string,
  task: Pick<SandboxTask, 'memoryMb'>,
): Error {
  if (stderr.includes(OVER_MEMORY_MARK) || saysOutOfMemory(stderr)) {
    return new AppError('RESOURCE_LIMIT', {
      detail: `Reading the file needed more than ${task.memoryMb} MB of memory.`,
    });
  }
  const ended = endSignal(code, signal);
  if (ended !== undefined && OUTSIDE.has(ended)) {
    return new Error(`The reader process was stopped from outside (${ended}).`);
  }
  const cause = new Error(`The reader process exited with ${ended ?? `exit code ${code}`}: ${stderr.trim()}`);
  return new AppError('DAMAGED_FILE', { detail: 'The file is damaged: its reader crashed on it.', cause });
}
