import { asUser } from '#shared/db/as-user.ts';
import { type Rate, takeFromRate } from '#shared/db/rate-limits-repository.ts';
import type { UserRow } from '#shared/db/schema.ts';
import { findUser } from '#shared/db/users-repository.ts';
import type { RequestOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { SessionClaims } from './access-tokens.ts';
import { attemptInTurn } from './attempt-in-turn.ts';
import { networkOf } from './network.ts';
import type { PasswordWork } from './passwords.ts';
import { recordRefusal } from './refusals.ts';
import type { SignInDeps } from './sign-in.ts';

export interface Confirmation {
  password: string;
  /** What is asked for, for the log. */
  purpose: 'change' | 'erasure';
  from: RequestOrigin;
}

/** Of the session: whoever holds a stolen token cannot use up the attempts of the owner's. */
export function confirmationRate({ sessionId }: SessionClaims, { limits }: Pick<SignInDeps, 'limits'>): Rate {
  const burst = limits.logins.failuresPerAccount;
  return { key: `password/${sessionId}`, burst, everySeconds: 900 / burst };
}

/**
 * Asks the signed-in person for their password once more, for what a stolen token alone must not do.
 * @param then goes on in the same turn, with the account as it was compared; not for what asks the database
 * @throws AppError INVALID_CREDENTIALS, TOO_MANY_ATTEMPTS, INVALID_TOKEN
 */
export async function confirmPassword<T>(
  deps: SignInDeps,
  claims: SessionClaims,
  { password, purpose, from }: Confirmation,
  then: (user: UserRow, work: PasswordWork) => Promise<T>,
): Promise<T> {
  const { userId } = claims;
  const user = await asUser(deps.db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('INVALID_TOKEN');
  const refused = (reason: 'wrong' | 'throttled') =>
    recordRefusal(deps.db, { action: 'password.refused', userId, from, details: { reason, for: purpose } });
  const rate = confirmationRate(claims, deps);
  const count = async () => {
    const seconds = await takeFromRate(deps.db, rate);
    if (seconds === undefined) return [rate];
    await refused('throttled');
    throw new AppError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
  };
  const counted = { lane: 'account', network: networkOf(from.address), key: rate.key, count } as const;
  const confirmed = await attemptInTurn(deps, counted, async (work) =>
    (await work.verify(password, user.password_hash)) ? { result: await then(user, work) } : undefined,
  );
  if (confirmed) return confirmed.result;
  await refused('wrong');
  throw new AppError('INVALID_CREDENTIALS', { detail: 'The password is incorrect.' });
}
