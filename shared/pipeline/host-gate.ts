/** Ends a stay; calling it again does nothing. */
export type Leave = () => void;

/**
 * Who works in this process at the same time. A process that dies takes down whatever was under way in it: files of which
 * one may be the cause are therefore worked on by themselves, so that nobody is blamed for a neighbour.
 */
export interface HostGate {
  /** Waits while somebody is in alone, or waits to be. */
  enter(): Promise<Leave>;
  /** Waits until everybody else has left; who comes later waits. */
  enterAlone(): Promise<Leave>;
  /** What a stage needs does not answer. */
  noteOutage(): void;
  /**
   * Whether that was just now: then files are handed on to the workers of their next stage, so that those of other stages do not
   * all stand and wait for what does not answer.
   */
  isAfterOutage(): boolean;
}

const OUTAGE_MS = 60_000;

interface Waiting {
  isAlone: boolean;
  admit(): void;
}

/** One a process. First come, first served, so that whoever has to be alone gets there. */
export function createHostGate(): HostGate {
  const line: Waiting[] = [];
  let inside = 0;
  let isTaken = false;
  let lastOutage = Number.NEGATIVE_INFINITY;

  const admitNext = (): void => {
    for (let next = line[0]; next && !isTaken && (inside === 0 || !next.isAlone); next = line[0]) {
      line.shift();
      inside += 1;
      isTaken = next.isAlone;
      next.admit();
    }
  };
  const wait = (isAlone: boolean): Promise<Leave> => {
    const { promise, resolve } = Promise.withResolvers<Leave>();
    let hasLeft = false;
    const leave = (): void => {
      if (hasLeft) return;
      hasLeft = true;
      inside -= 1;
      isTaken = false;
      admitNext();
    };
    line.push({ isAlone, admit: () => resolve(leave) });
    admitNext();
    return promise;
  };
  return {
    enter: () => wait(false),
    enterAlone: () => wait(true),
    noteOutage() {
      lastOutage = performance.now();
    },
    isAfterOutage: () => performance.now() - lastOutage < OUTAGE_MS,
  };
}
