import type { OwnAccountView, UserView } from '#shared/api/accounts.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { insertNotice } from '#shared/db/notices-repository.ts';
import { refillRate } from '#shared/db/rate-limits-repository.ts';
import { endSessionsOf } from '#shared/db/sessions-repository.ts';
import { findUser, lockUser, setEmail, setPasswordHash } from '#shared/db/users-repository.ts';
import type { ClientOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { SessionClaims } from './access-tokens.ts';
import { confirmationRate, confirmPassword } from './confirm-password.ts';
import { startSession, viewUser } from './sessions.ts';
import type { SignInDeps } from './sign-in.ts';
import { assertUsablePassword } from './usable-password.ts';

export interface OwnAccountChange {
  oldPassword: string;
  password?: string | undefined;
  email?: string | undefined;
}

/** @throws AppError INVALID_TOKEN when the account is gone */
export async function showAccount({ db }: { db: Db }, userId: string): Promise<UserView> {
  const user = await asUser(db, userId, (trx) => findUser(trx, userId));
  if (!user) throw new AppError('INVALID_TOKEN');
  return viewUser(user);
}

/**
 * Changes the password or the e-mail address of the signed-in person. A new password ends every session, this one too;
 * the answer holds a new one. The address that the account had is told of either.
 * @throws AppError INVALID_CREDENTIALS for a wrong old password, TOO_MANY_ATTEMPTS, VALIDATION_ERROR for a new one that is
 * guessed first, ACCOUNT_EXISTS, CONFLICT
 */
export async function changeOwnAccount(
  deps: SignInDeps,
  session: SessionClaims,
  change: OwnAccountChange,
  from: ClientOrigin,
): Promise<OwnAccountView> {
  const { db } = deps;
  const { userId } = session;
  const confirmation = { password: change.oldPassword, purpose: 'change', from } as const;
  const { user, newHash } = await confirmPassword(deps, session, confirmation, async (confirmed, { hash }) => {
    if (change.password === undefined) return { user: confirmed, newHash: undefined };
    await assertUsablePassword(change.password, { ...confirmed, ...(change.email ? { email: change.email } : {}) });
    return { user: confirmed, newHash: await hash(change.password) };
  });
  return asUser(db, userId, async (trx) => {
    const current = await lockUser(trx, userId);
    if (current?.password_hash !== user.password_hash) throw new AppError('CONFLICT');
    await refillRate(trx, confirmationRate(session, deps).key);
    if (change.email !== undefined && change.email !== current.email) {
      await setEmail(trx, userId, change.email);
      await insertNotice(trx, { userId, kind: 'email.changed', address: current.email });
      await recordAudit(trx, { action: 'email.changed', userId, actorId: userId, from });
    }
    const changed = { ...current, email: change.email ?? current.email };
    if (newHash === undefined) return viewUser(changed);
    await setPasswordHash(trx, userId, newHash);
    await endSessionsOf(trx, userId);
    await insertNotice(trx, { userId, kind: 'password.changed', address: current.email });
    await recordAudit(trx, { action: 'password.changed', userId, actorId: userId, from });
    const { user: view, ...begun } = await startSession(deps, trx, changed, from);
    return { ...view, session: begun };
  });
}
