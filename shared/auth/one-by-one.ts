export interface LineRules {
  /** For one key, the one whose turn it is included. */
  mostWaiting: number;
  /** Whoever has waited longer is gone by now. */
  longestWaitMs: number;
  /** What those are told who cannot wait here, or waited too long. */
  refusal: () => Error;
}

/** Runs `work` after all that was asked for before under the same key. @throws what `refusal` makes */
export type OneByOne = <T>(key: string, work: () => Promise<T>) => Promise<T>;

/** Work of which, for each key, one piece is done at a time, in the order in which it came; other keys wait for nothing. */
export function createOneByOne({ mostWaiting, longestWaitMs, refusal }: LineRules): OneByOne {
  const lines = new Map<string, { size: number; end: Promise<unknown> }>();
  return async (key, work) => {
    const line = lines.get(key) ?? { size: 0, end: Promise.resolve() };
    if (line.size >= mostWaiting) throw refusal();
    lines.set(key, line);
    line.size += 1;
    const since = performance.now();
    const done = line.end.then(() => {
      if (performance.now() - since > longestWaitMs) throw refusal();
      return work();
    });
    line.end = done.catch(() => undefined);
    try {
      return await done;
    } finally {
      line.size -= 1;
      if (line.size === 0) lines.delete(key);
    }
  };
}
