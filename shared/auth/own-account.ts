import type { OwnAccountView } from '#shared/api/accounts.ts';
import { asPerson } from '#shared/db/as-person.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { type Rate, refillRate, takeFromRate } from '#shared/db/rate-limits-repository.ts';
import { endSessionsOf } from '#shared/db/sessions-repository.ts';
import { findUser, lockUser, setEmail, setPasswordHash } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { SessionClaims } from './access-tokens.ts';
import type { RequestOrigin } from './audit.ts';
import { networkOf } from './network.ts';
import { startSession, viewUser } from './sessions.ts';
import type { SignInDeps } from './sign-in.ts';

export interface OwnAccountChange {
  oldPassword: string;
  password?: string | undefined;
  email?: string | undefined;
}

/**
 * Changes the password or the e-mail address of the signed-in person. A new password ends every session, this one too;
 * the answer holds a new one.
 * @throws AppError INVALID_CREDENTIALS for a wrong old password, TOO_MANY_ATTEMPTS, ACCOUNT_EXISTS, CONFLICT
 */
export async function changeOwnAccount(
  deps: SignInDeps,
  { userId, sessionId }: SessionClaims,
  change: OwnAccountChange,
  from: RequestOrigin,
): Promise<OwnAccountView> {
  const { db, limits } = deps;
  const user = await asPerson(db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('INVALID_TOKEN');
  // Of the session: whoever holds a stolen token cannot use up the attempts of the owner's.
  const rate = { key: `password/${sessionId}`, burst: limits.failuresPerAccount };
  const newHash = await deps.passwords.inTurn('account', networkOf(from.address), async ({ verify, hash }) => {
    await takeAttempt(deps, { ...rate, everySeconds: 900 / rate.burst });
    if (!(await verify(change.oldPassword, user.password_hash))) {
      throw new AppError('INVALID_CREDENTIALS', { detail: 'The old password is wrong.' });
    }
    return change.password === undefined ? undefined : hash(change.password);
  });
  return asPerson(db, userId, async (trx) => {
    const current = await lockUser(trx, userId);
    if (current?.password_hash !== user.password_hash) throw new AppError('CONFLICT');
    await refillRate(trx, rate.key);
    if (change.email !== undefined && change.email !== current.email) {
      await setEmail(trx, userId, change.email);
      await recordAudit(trx, { action: 'email.changed', userId, actorId: userId, from });
    }
    const changed = { ...current, email: change.email ?? current.email };
    if (newHash === undefined) return viewUser(changed);
    await setPasswordHash(trx, userId, newHash);
    await endSessionsOf(trx, userId);
    await recordAudit(trx, { action: 'password.changed', userId, actorId: userId, from });
    const { user: view, ...session } = await startSession(deps, trx, changed);
    return { ...view, session };
  });
}

async function takeAttempt({ db }: SignInDeps, rate: Rate): Promise<void> {
  const seconds = await takeFromRate(db, rate);
  if (seconds !== undefined) throw new AppError('TOO_MANY_ATTEMPTS', { retryAfterSeconds: seconds });
}
