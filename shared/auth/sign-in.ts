import { randomUUID } from 'node:crypto';
import type { SessionView } from '#shared/api/accounts.ts';
import { findAccountByLogin } from '#shared/db/across-people.ts';
import { asPerson, NOBODY } from '#shared/db/as-person.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import type { Db } from '#shared/db/database.ts';
import { rememberNetwork } from '#shared/db/familiar-networks-repository.ts';
import { findUser, insertUser, lockUser, setPasswordHash } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import type { RequestOrigin } from './audit.ts';
import { assertMayAttempt, countAttempt, forgiveAttempt, type LoginLimits } from './login-throttle.ts';
import { networkOf } from './network.ts';
import type { Passwords } from './passwords.ts';
import { type SessionDeps, startSession } from './sessions.ts';

export interface SignInDeps extends SessionDeps {
  passwords: Passwords;
  limits: LoginLimits;
}

/**
 * What is taken is looked up before anything is hashed or waited for, so that it costs nobody a turn; that it is quick says
 * no more than the answer does.
 * @throws AppError ACCOUNT_EXISTS; DEPENDENCY_UNAVAILABLE when too many wait
 */
export async function register(
  deps: SignInDeps,
  input: { email: string; username: string; password: string },
  from: RequestOrigin,
): Promise<SessionView> {
  await assertFree(deps.db, input);
  const password_hash = await deps.passwords.inTurn('registration', networkOf(from.address), async ({ hash }) => {
    // Once more: of many at once with one new address the first has it by now.
    await assertFree(deps.db, input);
    return hash(input.password);
  });
  const id = randomUUID();
  return asPerson(deps.db, id, async (trx) => {
    const { email, username } = input;
    const user = await insertUser(trx, { id, email, username, password_hash });
    await rememberNetwork(trx, user.id, networkOf(from.address));
    await recordAudit(trx, { action: 'account.registered', userId: user.id, actorId: user.id, from });
    return startSession(deps, trx, user);
  });
}

/**
 * @throws AppError INVALID_CREDENTIALS, the same after the same time for an unknown account and a wrong password;
 * TOO_MANY_ATTEMPTS; FORBIDDEN for the right password of a disabled account
 */
export async function login(
  deps: SignInDeps,
  input: { login: string; password: string },
  from: RequestOrigin,
): Promise<SessionView> {
  const { db, limits } = deps;
  const id = (await findAccountByLogin(db, input.login)) ?? NOBODY;
  const user = await asPerson(db, id, (trx) => findUser(trx, id));
  // What is stored, not what was typed: else each way to write a letter would have attempts of its own.
  const stored = input.login.includes('@') ? user?.email : user?.username;
  const attempt = { login: stored ?? input.login, userId: user?.id, address: from.address };
  await assertMayAttempt(db, limits, attempt);
  const { matches, renewed } = await deps.passwords.inTurn(
    'login',
    networkOf(from.address),
    async ({ verify, hash }) => {
      await countAttempt(db, limits, attempt);
      const isRight = await verify(input.password, user?.password_hash);
      const isOutdated = isRight && user !== undefined && deps.passwords.isOutdated(user.password_hash);
      return { matches: isRight, renewed: isOutdated ? await hash(input.password) : undefined };
    },
  );
  if (!user || !matches) {
    await asPerson(db, id, (trx) =>
      recordAudit(trx, { action: 'login.failed', userId: user?.id, actorId: undefined, from }),
    );
    throw new AppError('INVALID_CREDENTIALS');
  }
  if (user.disabled_at) {
    await asPerson(db, id, (trx) =>
      recordAudit(trx, { action: 'login.failed', userId: id, actorId: undefined, from, details: DISABLED }),
    );
    throw new AppError('FORBIDDEN', { detail: 'This account is disabled; ask an administrator.' });
  }
  return asPerson(db, id, async (trx) => {
    // A password that was changed, or an account disabled, while this one was compared.
    const current = await lockUser(trx, user.id);
    if (current?.password_hash !== user.password_hash || current.disabled_at) throw new AppError('INVALID_CREDENTIALS');
    await forgiveAttempt(trx, limits, { ...attempt, userId: user.id });
    if (renewed !== undefined) await setPasswordHash(trx, user.id, renewed);
    await recordAudit(trx, { action: 'login.succeeded', userId: user.id, actorId: user.id, from });
    return startSession(deps, trx, user);
  });
}

async function assertFree(db: Db, { email, username }: { email: string; username: string }): Promise<void> {
  for (const login of [email, username]) {
    if ((await findAccountByLogin(db, login)) !== undefined) throw new AppError('ACCOUNT_EXISTS');
  }
}

const DISABLED = { disabled: true };
