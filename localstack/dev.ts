import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, readdirSync, statSync, watch } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { whenParentEnds } from './end-with-parent.ts';
import type { LoadedMessage } from './process/report-modules.ts';
import type { ChangedMessage } from './start.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const WATCHED = ['functions', 'shared', 'console', 'localstack', 'model-server', 'infra'];
/** What is read before any part starts. */
const DECLARATIONS = /^(serverless\.yml|package\.json|infra\/.*\.yml)$|\.sql$/;
/** An editor that saves everything, or a change of branch, is one change. */
const QUIET_MS = 100;
/** What an editor writes beside the file that it has open. */
const OF_AN_EDITOR = /^\.|~$/;

/**
 * `npm run dev`: the system as `npm start` starts it, over the same data. Each part is started again when a file changes
 * that it has loaded; everything is, when the file is at work in the process that starts the parts.
 */
function main(): void {
  let system: ChildProcess;
  let ownFiles: Set<string>;
  let asked: 'stop' | 'again' | undefined;

  const start = (): void => {
    asked = undefined;
    ownFiles = new Set();
    const report = new URL('./process/report-modules.ts', import.meta.url).href;
    system = fork(join(ROOT, 'localstack/start.ts'), [], {
      cwd: process.cwd(),
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', report],
    });
    system.on('message', ({ path }: LoadedMessage) => ownFiles.add(path));
    once(system, 'exit').then(([code]) => {
      if (asked === 'again') start();
      else if (asked === 'stop' || code === 0) process.exit(code ?? 1);
      else console.error('It restarts when a file changes.');
    }, fail);
  };

  const changed = (paths: string[]): void => {
    if (asked !== undefined) return;
    const isGone = system.exitCode !== null || system.signalCode !== null;
    const ofEverything = paths.filter((path) => ownFiles.has(path) || DECLARATIONS.test(relative(ROOT, path)));
    if (!isGone && ofEverything.length === 0) {
      system.send({ type: 'changed', paths } satisfies ChangedMessage);
      return;
    }
    const shown = (isGone ? paths : ofEverything).map((path) => relative(ROOT, path)).join(', ');
    console.log(`${styleText('yellow', '↻')} ${'everything'.padEnd(14)} ${shown}`);
    if (isGone) start();
    else {
      asked = 'again';
      system.kill('SIGTERM');
    }
  };

  const stop = (signal: NodeJS.Signals): void => {
    asked = 'stop';
    // Nobody is there to end any more.
    if (!system.kill(signal)) process.exit(1);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  if (process.env.npm_lifecycle_event) {
    whenParentEnds(() => {
      if (asked !== 'stop') stop('SIGTERM');
    });
  }
  watchSources(changed);
  start();
}

/** @param changed is told the absolute paths of files, once it has been quiet for a moment */
function watchSources(changed: (paths: string[]) => void): void {
  const paths = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const note = (path: string): void => {
    if (OF_AN_EDITOR.test(basename(path))) return;
    paths.add(path);
    clearTimeout(timer);
    timer = setTimeout(() => {
      changed([...paths]);
      paths.clear();
    }, QUIET_MS);
  };
  const watchers = new Map<string, FSWatcher>();
  // Folder by folder: `recursive` follows files on Linux, and loses one that is replaced by another, as editors save it.
  const watchFolder = (folder: string): void => {
    watchers.get(folder)?.close();
    const watcher = watch(folder, (event, name) => {
      if (name === null) return;
      const path = join(folder, name);
      note(path);
      if (event !== 'rename' || !isFolder(path)) return;
      for (const entry of readdirSync(path, { recursive: true })) note(join(path, String(entry)));
      watchFolder(path);
    });
    // It is gone; another of its name is seen from the one above.
    watcher.on('error', () => watcher.close());
    watchers.set(folder, watcher);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) watchFolder(join(folder, entry.name));
    }
  };
  for (const folder of WATCHED) watchFolder(join(ROOT, folder));
  watch(ROOT, (_, name) => {
    if (name !== null && DECLARATIONS.test(name)) note(join(ROOT, name));
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}

main();
