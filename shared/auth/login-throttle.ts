import { createHash } from 'node:crypto';
import { asUser, NOBODY } from '#shared/db/as-user.ts';
import type { Db, DbOrTrx } from '#shared/db/database.ts';
import { isFamiliarNetwork, rememberNetwork } from '#shared/db/familiar-networks-repository.ts';
import {
  deleteRatesOf,
  giveBackToRate,
  type Rate,
  refillRate,
  secondsUntilOne,
  takeFromRate,
} from '#shared/db/rate-limits-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { networkOf } from './network.ts';

const QUARTER_HOUR = 900;
/** A stranger to an account that is being guessed at from everywhere still has these. */
const FAILURES_UNDER_ATTACK = 2;
/** From all networks together in an hour, after which an account counts as being guessed at. */
const FAILURES_OF_AN_ATTACK = 100;

export interface LoginLimits {
  /** Failures in a quarter of an hour of one network at one account. */
  failuresPerAccount: number;
  /** Failures in a quarter of an hour of one network at all accounts. */
  failuresPerAddress: number;
}

export interface LoginAttempt {
  /** As typed; unknown logins are limited as known ones are, so that the limit tells nothing. */
  login: string;
  /** The account, if there is one. */
  userId: string | undefined;
  address: string;
}

interface Rates {
  network: string;
  ofNetwork: Rate;
  ofPair: Rate;
  ofAccount: Rate;
  underAttack: Rate;
}

/** Of an account itself, however it is named: its user name and its address share their attempts. */
function accountKey({ login, userId }: Pick<LoginAttempt, 'login' | 'userId'>): string {
  const whose = userId === undefined ? `login ${login.toLowerCase()}` : `account ${userId}`;
  return createHash('sha256').update(whose).digest('base64url');
}

function ratesOf(limits: LoginLimits, attempt: LoginAttempt): Rates {
  const network = networkOf(attempt.address);
  const account = accountKey(attempt);
  const perQuarterHour = (key: string, burst: number): Rate => ({ key, burst, everySeconds: QUARTER_HOUR / burst });
  return {
    network,
    ofNetwork: perQuarterHour(`login/network/${network}`, limits.failuresPerAddress),
    ofPair: perQuarterHour(`login/pair/${account}/${network}`, limits.failuresPerAccount),
    ofAccount: { ...perQuarterHour(`login/account/${account}`, FAILURES_OF_AN_ATTACK), everySeconds: 36 },
    underAttack: perQuarterHour(`login/attacked/${account}/${network}`, FAILURES_UNDER_ATTACK),
  };
}

function refuse(seconds: number | undefined): void {
  if (seconds === undefined || seconds === 0) return;
  throw new AppError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}

/** Names the attempts of one network at one account. */
export function attemptKey(limits: LoginLimits, attempt: LoginAttempt): string {
  return ratesOf(limits, attempt).ofPair.key;
}

/** Before the wait for one's turn: who is over the limit need not queue. @throws AppError TOO_MANY_ATTEMPTS */
export async function assertMayAttempt(db: DbOrTrx, limits: LoginLimits, attempt: LoginAttempt): Promise<void> {
  const { ofNetwork, ofPair } = ratesOf(limits, attempt);
  refuse(await secondsUntilOne(db, ofNetwork));
  refuse(await secondsUntilOne(db, ofPair));
}

/**
 * Counts an attempt as a failure before its password is looked at, so that attempts side by side are never more than
 * allowed. What one stranger does at one network holds up that network alone; what strangers do from everywhere leaves a
 * few attempts to each network that the account does not know, and all to those it does.
 * @returns what it took
 * @throws AppError TOO_MANY_ATTEMPTS; then nothing is counted
 */
export async function countAttempt(db: Db, limits: LoginLimits, attempt: LoginAttempt): Promise<readonly Rate[]> {
  const { network, ofNetwork, ofPair, ofAccount, underAttack } = ratesOf(limits, attempt);
  // An unknown login asks the database as much as a known one.
  const userId = attempt.userId ?? NOBODY;
  return asUser(db, userId, async (trx) => {
    refuse(await takeFromRate(trx, ofNetwork));
    refuse(await takeFromRate(trx, ofPair));
    const isFamiliar = await isFamiliarNetwork(trx, userId, network);
    if (isFamiliar) return [ofNetwork, ofPair];
    if ((await takeFromRate(trx, ofAccount)) === undefined) return [ofNetwork, ofPair, ofAccount];
    refuse(await takeFromRate(trx, underAttack));
    return [ofNetwork, ofPair, underAttack];
  });
}

/** The password was right: the attempt counts no more, and the network is one that the person uses. */
export async function forgiveAttempt(
  trx: DbOrTrx,
  limits: LoginLimits,
  attempt: LoginAttempt & { userId: string },
): Promise<void> {
  const { network, ofNetwork, ofPair, underAttack } = ratesOf(limits, attempt);
  await giveBackToRate(trx, ofNetwork);
  await refillRate(trx, ofPair.key);
  await refillRate(trx, underAttack.key);
  await rememberNetwork(trx, attempt.userId, network);
}

/** Removes what is counted for an account: its erasure must leave no trace. */
export async function forgetAttempts(trx: DbOrTrx, userId: string): Promise<void> {
  await deleteRatesOf(trx, accountKey({ login: '', userId }));
}
