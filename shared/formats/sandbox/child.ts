import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { AppError } from '#shared/errors/app-error.ts';
import type { OpenDocument } from '../format.ts';
import { READERS } from '../readers.ts';
import { lockWorkers } from './lock-workers.ts';
import {
  ANSWERS_HANDLE,
  REQUESTS_HANDLE,
  type SandboxAnswer,
  type SandboxRequest,
  type SandboxTask,
} from './messages.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { type ChildWriter, createChildWriter } from './read-children.ts';
import { createWindowReader, type WindowReader } from './read-window.ts';
import { startWatchdog } from './start-watchdog.ts';
import { buildTools } from './tools.ts';

/** A window ends early once this much time is spent on it, so that its limit bounds a slow page, not fifty of them. */
const WINDOW_BUDGET_MS = 4_000;
const WINDOW_BUDGET_SHARE = 0.2;

/**
 * The sandbox: a process that opens one document and answers the windows of pages its parent asks for. It holds no
 * secrets, may read the program and the document only, and ends with its parent, whatever state the parser is in (see Walls).
 */
function main(task: SandboxTask): void {
  const busySince = new Float64Array(new SharedArrayBuffer(8));
  const { memoryMb, windowTimeoutMs } = task;
  const longestMs = task.starvedTimeoutMs ?? windowTimeoutMs;
  lockWorkers();
  if (task.ownWatchdog) {
    startWatchdog({ parentPid: process.ppid, memoryMb, windowTimeoutMs: longestMs, busySince });
  }
  const load = READERS[task.formatId];
  if (!load) throw new Error(`The format "${task.formatId}" does not exist.`);
  let opening: Promise<OpenDocument> | undefined;
  const open = (): Promise<OpenDocument> => {
    opening ??= load().then((format) => format.open(task.path, buildTools(task)));
    return opening;
  };
  const reader = createWindowReader(open, {
    budgetMs: Math.min(WINDOW_BUDGET_MS, windowTimeoutMs * WINDOW_BUDGET_SHARE),
  });
  const children = createChildWriter(open, task.unpacking);

  // pdf.js lets some failures of single pages escape; they are told as warnings instead of ending the process.
  process.on('unhandledRejection', (error) => reader.note(error));
  // Ctrl-C reaches the whole foreground process group; the parent decides when this process ends.
  process.on('SIGINT', () => undefined);
  const answers = new Socket({ fd: ANSWERS_HANDLE });
  const answer = (value: SandboxAnswer | { type: 'begun' }): unknown => answers.write(`${JSON.stringify(value)}\n`);
  const requests = createInterface({ input: new Socket({ fd: REQUESTS_HANDLE }) });
  requests.on('line', async (line) => {
    busySince[0] = Date.now();
    const found = await obey(JSON.parse(line) as SandboxRequest, reader, children).catch(explain);
    busySince[0] = 0;
    answer(found);
  });
  requests.on('close', () => process.exit(0));
  answer({ type: 'begun' });
}

async function obey(request: SandboxRequest, reader: WindowReader, children: ChildWriter): Promise<SandboxAnswer> {
  switch (request.type) {
    case 'read':
      return { type: 'window', window: await reader.read(request.first, request.count) };
    case 'children':
      return { type: 'children', ...(await children.list()) };
    case 'child':
      return children.write(request.index, request.to);
  }
}

/** Whatever a parser throws speaks of the document, except for errors of the file system and of the program itself. */
function explain(error: unknown): SandboxAnswer {
  if (error instanceof AppError) return { type: 'refused', code: error.code, detail: error.message };
  if (isOutOfMemory(error)) {
    return { type: 'refused', code: 'RESOURCE_LIMIT', detail: 'Reading the file needed more memory than allowed.' };
  }
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'syscall' in error) return { type: 'failed', detail };
  return { type: 'refused', code: 'DAMAGED_FILE', detail: `The file is damaged and could not be read (${detail})` };
}

main(JSON.parse(process.argv[2] ?? '') as SandboxTask);
