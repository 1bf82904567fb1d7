import { SingleBar } from 'cli-progress';
import type { BackfillProgress } from '#shared/maintenance/reembed/change-model.ts';

/** Between two lines where there is no terminal. */
const LINE_EVERY_MS = 5_000;

export interface ShownProgress {
  show(progress: BackfillProgress): void;
  stop(): void;
}

/** A bar on a terminal, a line every few seconds elsewhere. */
export function showBackfill(): ShownProgress {
  return process.stderr.isTTY ? bar() : lines();
}

/** Tells how fast it goes since the first call, which is about what was done before. */
function createPace(): (progress: BackfillProgress) => string {
  let first: { at: number; passages: number } | undefined;
  return ({ files, passages }) => {
    first ??= { at: performance.now(), passages: passages.done };
    const seconds = (performance.now() - first.at) / 1_000;
    const rate = seconds > 0 ? (passages.done - first.passages) / seconds : 0;
    const left = rate > 0 ? `, ${Math.ceil((passages.all - passages.done) / rate)} s left` : '';
    return (
      `${files.done} of ${files.all} files, ${passages.done} of ${passages.all} passages, ` +
      `${Math.round(rate)} passages/s${left}`
    );
  };
}

function bar(): ShownProgress {
  const paceOf = createPace();
  const single = new SingleBar({
    format: ' {bar} {pace}',
    barsize: 24,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    emptyOnZero: true,
  });
  let isStarted = false;
  return {
    show(progress) {
      const pace = paceOf(progress);
      if (!isStarted) single.start(progress.passages.all, progress.passages.done, { pace });
      isStarted = true;
      single.setTotal(progress.passages.all);
      single.update(progress.passages.done, { pace });
    },
    stop: () => single.stop(),
  };
}

function lines(): ShownProgress {
  const paceOf = createPace();
  let shown = -Infinity;
  let last: string | undefined;
  return {
    show(progress) {
      last = paceOf(progress);
      if (performance.now() - shown < LINE_EVERY_MS) return;
      shown = performance.now();
      console.error(last);
      last = undefined;
    },
    stop() {
      if (last !== undefined) console.error(last);
    },
  };
}
