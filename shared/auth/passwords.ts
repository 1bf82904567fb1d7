import bcrypt from 'bcryptjs';
import { AppError } from '#shared/errors/app-error.ts';
import { createFairTurns } from './fair-turns.ts';
import { createOneByOne, type OneByOne } from './one-by-one.ts';

/** What passwords are hashed for. */
export type PasswordLane = 'login' | 'registration' | 'account';

/**
 * Hashing takes some 0.3 s of a core. Half of the turns are of logins, so that 32 of them are through after 64 turns, which
 * is before whoever asks gives up (28 s), however many accounts are registered and passwords changed at the same time.
 */
const ORDER: readonly PasswordLane[] = ['login', 'account', 'login', 'registration'];
const MOST_WAITING = 32;
const LONGEST_WAIT_MS = 25_000;

/** What can be done with passwords while it is one's turn. */
export interface PasswordWork {
  hash(password: string): Promise<string>;
  /** Takes the same time for every hash of up to the present cost, and without one. */
  verify(password: string, hash: string | undefined): Promise<boolean>;
}

export interface Passwords {
  /**
   * One at a time in this process: the library works in slices of up to 100 ms between which others get the thread, and
   * every hash more at the same time would be one slice more that they wait. Nothing else belongs into a turn: whoever waits
   * for the database there lets nobody sign in.
   * @param network where the request comes from; those of a lane take turns
   * @throws AppError DEPENDENCY_UNAVAILABLE when too many wait
   */
  inTurn<T>(lane: PasswordLane, network: string, work: (passwords: PasswordWork) => Promise<T>): Promise<T>;
  /** Before one's turn: what has one key, one after another. @throws AppError DEPENDENCY_UNAVAILABLE when too many wait */
  oneByOne: OneByOne;
  /** Whether a hash was made at a lower cost than new ones are. */
  isOutdated(hash: string): boolean;
}

export function createPasswords(cost: number): Passwords {
  const rules = {
    mostWaiting: MOST_WAITING,
    longestWaitMs: LONGEST_WAIT_MS,
    refusal: () =>
      new AppError('DEPENDENCY_UNAVAILABLE', {
        detail: 'Too many people are signing in right now. Try again shortly.',
        retryAfterSeconds: 5,
      }),
  };
  const turns = createFairTurns({ order: ORDER, ...rules });
  const work: PasswordWork = {
    hash: (password) => bcrypt.hash(password, cost),
    verify: (password, hash) => verifyAtCost(password, hash, cost),
  };
  return {
    isOutdated: (hash) => bcrypt.getRounds(hash) < cost,
    oneByOne: createOneByOne(rules),
    inTurn: (lane, network, use) => turns.take(lane, network, () => use(work)),
  };
}

/** A hash is only ever made of 1 to 72 bytes without NUL, so that no two passwords are the same to bcrypt. */
async function verifyAtCost(password: string, hash: string | undefined, cost: number): Promise<boolean> {
  if (bcrypt.truncates(password) || password.includes('\0')) return false;
  const matches = await bcrypt.compare(password, hash ?? decoy(cost));
  // An older, cheaper hash took 2^rounds steps of 2^cost; 2^rounds + 2^(rounds + 1) + … make up the rest.
  for (let rounds = hash === undefined ? cost : bcrypt.getRounds(hash); rounds < cost; rounds += 1) {
    await bcrypt.compare(password, decoy(rounds));
  }
  return hash !== undefined && matches;
}

/** Of the form of a hash, so that comparing takes its time; nothing is known to hash to it, and it is never believed. */
function decoy(cost: number): string {
  return `$2b$${String(cost).padStart(2, '0')}$${'.'.repeat(53)}`;
}
