import { basename } from 'node:path';
import { styleText } from 'node:util';
import { MultiBar } from 'cli-progress';
import type { FileView } from '#shared/api/files.ts';

type State = Pick<FileView, 'status' | 'error' | 'progress'>;

export interface FileProgress {
  show(state: State): void;
}

export interface Progress {
  add(path: string): FileProgress;
  stop(): void;
}

const NAME_WIDTH = 32;

/** How far a file is, 0 to 1: reading its pages is the first half, publishing its chunks the second. */
export function fractionDone({ status, progress }: State): number {
  const share = (done: number, all: number | null): number => (all ? done / all : 0);
  switch (status) {
    case 'UPLOADING':
      return 0.02;
    case 'STORED':
      return 0.05 + 0.4 * share(progress.pagesDone, progress.pages);
    case 'EXTRACTED':
      return 0.5;
    case 'CHUNKED':
    case 'EMBEDDED':
      return 0.55 + 0.45 * share(progress.chunksSynced, progress.chunks);
    case 'READY':
    case 'FAILED':
      return 1;
  }
}

function describe({ status, error, progress }: State): string {
  if (error) return styleText('red', error.code);
  if (status === 'READY') {
    return styleText('green', `READY  ${counted(progress.pages ?? 0, 'page')}, ${counted(progress.chunks, 'passage')}`);
  }
  if (status === 'STORED' && progress.pages) return `reading page ${progress.pagesDone} of ${progress.pages}`;
  if (status === 'CHUNKED' || status === 'EMBEDDED') return `indexed ${progress.chunksSynced} of ${progress.chunks}`;
  return status;
}

/** A bar a file on a terminal; a line for every new status elsewhere; nothing when `silent`. */
export function createProgress(silent: boolean): Progress {
  if (silent) return { add: () => ({ show: () => undefined }), stop: () => undefined };
  return process.stderr.isTTY ? bars() : lines();
}

function shorten(path: string): string {
  const name = basename(path);
  return (name.length > NAME_WIDTH ? `${name.slice(0, NAME_WIDTH - 1)}…` : name).padEnd(NAME_WIDTH);
}

function bars(): Progress {
  const multi = new MultiBar({
    format: ' {name} {bar} {state}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    emptyOnZero: true,
    autopadding: true,
  });
  return {
    add(path) {
      const bar = multi.create(1_000, 0, { name: shorten(path), state: 'uploading' });
      return { show: (state) => bar.update(Math.round(1_000 * fractionDone(state)), { state: describe(state) }) };
    },
    stop: () => multi.stop(),
  };
}

function lines(): Progress {
  return {
    add(path) {
      let last = '';
      return {
        show(state) {
          if (state.status === last) return;
          last = state.status;
          console.error(` ${shorten(path)} ${describe(state)}`);
        },
      };
    },
    stop: () => undefined,
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
