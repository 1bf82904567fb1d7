import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '#shared/errors/app-error.ts';
import { OVER_MEMORY_MARK, type SandboxAnswer, type SandboxRequest, type SandboxTask } from './messages.ts';
import { limitedCommand } from './os-limits.ts';
import { saysOutOfMemory } from './out-of-memory.ts';
import { processorTimeMs, startDeadline } from './start-deadline.ts';

const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url));
const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));
/** The heap's part of the memory limit; the rest is for code, buffers and the watchdog. */
const HEAP_SHARE = 0.7;
/** Only the end of what the process writes to stderr is kept. */
const STDERR_CHARS = 4_096;

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
  /** One request at a time. @throws AppError as extractWindows; Error when the process was ended from outside */
  ask(request: SandboxRequest): Promise<Exclude<SandboxAnswer, { type: 'refused' | 'failed' }>>;
  /** Ends the process, whatever it does, and waits until it is gone. */
  end(): Promise<void>;
}

/** Starts the process that reads one document. It inherits no environment, and no handles but its message channel. */
export function startSandbox(order: SandboxTask): Sandbox {
  const ocr = order.ocr && { ...order.ocr, dataDir: resolve(order.ocr.dataDir) };
  const task = { ...order, path: resolve(order.path), ocr };
  const { command, args } = limitedCommand(
    process.execPath,
    [...nodeFlags(task, ocr ? [ocr.dataDir] : []), CHILD, JSON.stringify(task)],
    {
      memoryMb: task.memoryMb,
      threads: task.threads,
      fileBytes: task.unpacking?.fileBytes ?? 0,
      niceness: task.niceness,
    },
  );
  const child = spawn(command, args, {
    cwd: tmpdir(),
    env: ENVIRONMENT,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const stderr = keepTail(child);
  const failure = Promise.withResolvers<never>();
  // Nobody may be waiting when the process ends; the reason is still there for the next request.
  failure.promise.catch(() => undefined);
  child.on('error', (error) => failure.reject(new Error('The reader process could not be started.', { cause: error })));
  child.on('close', (code, signal) => failure.reject(explainEnd(code, signal, stderr(), task)));

  async function ask(request: SandboxRequest): ReturnType<Sandbox['ask']> {
    const late = Promise.withResolvers<never>();
    const deadline = { timeoutMs: task.windowTimeoutMs, starvedTimeoutMs: task.starvedTimeoutMs };
    const endDeadline = startDeadline(
      deadline,
      () => processorTimeMs(child.pid),
      () => {
        late.reject(tooSlow(request, task));
        child.kill('SIGKILL');
      },
    );
    try {
      const answer = await Promise.race([late.promise, failure.promise, exchange(child, request)]);
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

/**
 * The document, the program and `folders` are all it may read, where these are there; it may write what its task says and
 * start threads, no processes.
 */
export function nodeFlags(
  task: Pick<SandboxTask, 'path' | 'memoryMb' | 'nativeAddons' | 'unpacking'>,
  folders: readonly string[] = [],
): string[] {
  const program = ['shared', 'node_modules', 'package.json'].map((name) => join(PROJECT, name));
  const paths = [...program, task.path, ...folders.filter((folder) => existsSync(folder))];
  // Where a folder is a link, both the link and what it leads to are read.
  const readable = new Set(paths.flatMap((path) => [path, realpathSync(path)]));
  const folder = task.unpacking && realpathSync(task.unpacking.folder);
  return [
    '--no-warnings',
    `--max-old-space-size=${Math.floor(task.memoryMb * HEAP_SHARE)}`,
    '--disallow-code-generation-from-strings',
    // Readers that need memory outside the heap ask for it back before they take more.
    '--expose-gc',
    '--permission',
    '--allow-worker',
    ...(task.nativeAddons ? ['--allow-addons'] : []),
    ...[...readable].map((path) => `--allow-fs-read=${path}`),
    ...(folder === undefined ? [] : [`--allow-fs-write=${folder}`, `--allow-fs-read=${folder}`]),
  ];
}

async function exchange(child: ChildProcess, request: SandboxRequest): Promise<SandboxAnswer> {
  const answer = once(child, 'message');
  child.send(request, (error) => {
    // A process that is gone is told by its `close` event, which knows more than the broken channel does.
    if (error !== null && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  });
  const [message] = (await answer) as [SandboxAnswer];
  return message;
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
  // Nothing in a document can send these: an operator, a shutdown or the kernel did, and the file may be innocent.
  if (signal === 'SIGKILL' || signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGHUP') {
    return new Error(`The reader process was ended from outside (${signal}).`);
  }
  const cause = new Error(`The reader process ended with ${signal ?? `exit code ${code}`}: ${stderr.trim()}`);
  return new AppError('DAMAGED_FILE', { detail: 'The file is damaged: its reader crashed on it.', cause });
}
