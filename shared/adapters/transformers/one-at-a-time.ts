export interface Turns {
  /** Runs the work when all before it has ended, well or not. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Returns when nothing is under way. */
  idle(): Promise<void>;
}

/** Runs of one model one after the other, however many callers there are, so that their working memory does not add up. */
export function oneAtATime(): Turns {
  let busy: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const turn = busy.then(work);
      busy = turn.catch(() => undefined);
      return turn;
    },
    async idle() {
      await busy;
    },
  };
}
