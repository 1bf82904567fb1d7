import { AppError } from '#shared/errors/app-error.ts';

/** As long as a free connection is waited for. */
const LONGEST_WAIT_MS = 5_000;
const SHARE = 0.75;

interface Lane {
  running: number;
  waiting: Array<() => void>;
}

/**
 * What one person may use of a pool at the same time: not all of it, so that whoever's work stands (behind a locked row,
 * or because there is so much of it) holds up nobody but themselves.
 */
export interface PersonShare {
  /** @throws AppError DEPENDENCY_UNAVAILABLE when their work before this one does not end */
  run<T>(userId: string, work: () => Promise<T>): Promise<T>;
}

export function createPersonShare(poolMax: number): PersonShare {
  const most = Math.max(1, Math.floor(poolMax * SHARE));
  const lanes = new Map<string, Lane>();

  const enter = async (userId: string): Promise<void> => {
    const lane = lanes.get(userId) ?? { running: 0, waiting: [] };
    lanes.set(userId, lane);
    if (lane.running < most) {
      lane.running += 1;
      return;
    }
    const turn = Promise.withResolvers<void>();
    lane.waiting.push(turn.resolve);
    const timer = setTimeout(() => {
      lane.waiting = lane.waiting.filter((waiter) => waiter !== turn.resolve);
      turn.reject(
        new AppError('DEPENDENCY_UNAVAILABLE', {
          detail: 'Too many of your requests are waiting. Let them finish, then try again.',
          retryAfterSeconds: 5,
        }),
      );
    }, LONGEST_WAIT_MS);
    try {
      await turn.promise;
    } finally {
      clearTimeout(timer);
    }
  };

  const leave = (userId: string): void => {
    const lane = lanes.get(userId);
    if (!lane) return;
    // Whoever is next goes on in the place of who leaves.
    const next = lane.waiting.shift();
    if (next) next();
    else if (lane.running > 1) lane.running -= 1;
    else lanes.delete(userId);
  };

  return {
    async run(userId, work) {
      await enter(userId);
      try {
        return await work();
      } finally {
        leave(userId);
      }
    },
  };
}
