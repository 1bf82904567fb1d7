import type { SessionView } from '#shared/api/accounts.ts';
import { asUser, NOBODY } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { findAccountByLogin } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { findUser, lockUser, setPasswordHash } from '#shared/db/users-repository.ts';
import type { ClientOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { attemptInTurn } from './attempt-in-turn.ts';
import { assertMayAttempt, attemptKey, countAttempt, forgiveAttempt, type LoginLimits } from './login-throttle.ts';
import { networkOf } from './network.ts';
import type { Passwords } from './passwords.ts';
import { recordRefusal } from './refusals.ts';
import { type SessionDeps, startSession } from './sessions.ts';

export interface SignInDeps extends SessionDeps {
  passwords: Passwords;
  limits: SessionDeps['limits'] & { logins: LoginLimits };
}

interface LoginInput {
  login: string;
  password: string;
}

/**
 * @throws AppError INVALID_CREDENTIALS, the same after the same time for an unknown account and a wrong password;
 * TOO_MANY_ATTEMPTS; FORBIDDEN for the right password of a disabled account
 */
export async function login(deps: SignInDeps, input: LoginInput, from: ClientOrigin): Promise<SessionView> {
  // Once more where the hash is another one since: renewed by a login beside this one, or that of a new password.
  const session = (await tryLogin(deps, input, from)) ?? (await tryLogin(deps, input, from));
  if (!session) throw new AppError('INVALID_CREDENTIALS');
  return session;
}

/** @returns undefined when the stored hash was replaced while the password was compared with it */
async function tryLogin(deps: SignInDeps, input: LoginInput, from: ClientOrigin): Promise<SessionView | undefined> {
  const { db } = deps;
  const { logins: limits } = deps.limits;
  const id = (await findAccountByLogin(db, input.login)) ?? NOBODY;
  const find = () => asUser(db, id, (trx) => findUser(trx, id));
  let user = await find();
  const attempt = { login: input.login, userId: user?.id, address: from.address };
  const { matches, renewed } = await recordThrottled(db, user?.id, from, async () => {
    await assertMayAttempt(db, limits, attempt);
    const counted = {
      lane: 'login',
      network: networkOf(from.address),
      key: attemptKey(limits, attempt),
      count: async () => {
        const taken = await countAttempt(db, limits, attempt);
        // Those who stood before in this line may have renewed the hash.
        user = await find();
        return taken;
      },
    } as const;
    return attemptInTurn(deps, counted, async ({ verify, hash }) => {
      const isRight = await verify(input.password, user?.password_hash);
      const isOutdated = isRight && user !== undefined && deps.passwords.isOutdated(user.password_hash);
      return { matches: isRight, renewed: isOutdated ? await hash(input.password) : undefined };
    });
  });
  if (!user || !matches) {
    await asUser(db, id, (trx) =>
      recordAudit(trx, { action: 'login.failed', userId: user?.id, actorId: undefined, from }),
    );
    throw new AppError('INVALID_CREDENTIALS');
  }
  if (user.disabled_at) {
    await asUser(db, id, (trx) =>
      recordAudit(trx, { action: 'login.failed', userId: id, actorId: undefined, from, details: DISABLED }),
    );
    throw new AppError('FORBIDDEN', { detail: 'This account is disabled. Ask the administrator.' });
  }
  const { password_hash: compared } = user;
  return asUser(db, id, async (trx) => {
    const current = await lockUser(trx, id);
    if (!current || current.disabled_at) throw new AppError('INVALID_CREDENTIALS');
    await forgiveAttempt(trx, limits, { ...attempt, userId: id });
    if (current.password_hash !== compared) return undefined;
    if (renewed !== undefined) await setPasswordHash(trx, id, renewed);
    await recordAudit(trx, { action: 'login.succeeded', userId: id, actorId: id, from });
    return startSession(deps, trx, current, from);
  });
}

async function recordThrottled<T>(
  db: Db,
  userId: string | undefined,
  from: ClientOrigin,
  attempt: () => Promise<T>,
): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof AppError && error.code === 'TOO_MANY_ATTEMPTS') {
      await recordRefusal(db, { action: 'login.throttled', userId, from });
    }
    throw error;
  }
}

const DISABLED = { disabled: true };
