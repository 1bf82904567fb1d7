import type { Db } from '#shared/db/database.ts';
import { giveBackToRate, type Rate } from '#shared/db/rate-limits-repository.ts';
import type { PasswordLane, Passwords, PasswordWork } from './passwords.ts';

export interface CountedAttempt {
  lane: PasswordLane;
  network: string;
  /** Whose attempts those are: they go one after another, or right ones side by side would be taken for guesses. */
  key: string;
  /** Counts it as a failure. @returns what was taken. @throws when nothing is left */
  count: () => Promise<readonly Rate[]>;
}

/**
 * One attempt at a password. It is counted before its turn, so that attempts side by side are never more than allowed and
 * yet nobody's turn waits for the database; given back where its turn never comes.
 * @throws AppError DEPENDENCY_UNAVAILABLE when too many wait, and what `count` and `work` throw
 */
export function attemptInTurn<T>(
  { db, passwords }: { db: Db; passwords: Passwords },
  { lane, network, key, count }: CountedAttempt,
  work: (passwords: PasswordWork) => Promise<T>,
): Promise<T> {
  return passwords.oneByOne(key, async () => {
    const taken = await count();
    let isBegun = false;
    try {
      return await passwords.inTurn(lane, network, (hashing) => {
        isBegun = true;
        return work(hashing);
      });
    } catch (error) {
      if (!isBegun) for (const rate of taken) await giveBackToRate(db, rate);
      throw error;
    }
  });
}
