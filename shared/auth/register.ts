import { randomUUID } from 'node:crypto';
import type { SessionView } from '#shared/api/accounts.ts';
import { asUser } from '#shared/db/as-user.ts';
import { recordAudit } from '#shared/db/audit-repository.ts';
import { findAccountByLogin } from '#shared/db/cross-tenant.ts';
import type { Db } from '#shared/db/database.ts';
import { rememberNetwork } from '#shared/db/familiar-networks-repository.ts';
import type { UserRow } from '#shared/db/schema.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import type { ClientOrigin } from '#shared/domain/audit-events.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { networkOf } from './network.ts';
import type { Passwords } from './passwords.ts';
import { recordRefusal } from './refusals.ts';
import { startSession } from './sessions.ts';
import type { SignInDeps } from './sign-in.ts';
import { assertUsablePassword } from './usable-password.ts';

export interface NewAccount {
  email: string;
  username: string;
  password: string;
}

/** Whether strangers may make accounts. */
export type Registration = 'open' | 'closed';

export interface RegisterDeps extends SignInDeps {
  limits: SignInDeps['limits'] & { registration: Registration };
}

/**
 * What is taken is looked up before anything is hashed or waited for, so that it costs nobody a turn; that it is quick says
 * no more than the answer does.
 * @throws AppError REGISTRATION_CLOSED, VALIDATION_ERROR for a password that is guessed first, ACCOUNT_EXISTS,
 * DEPENDENCY_UNAVAILABLE when too many wait
 */
export async function register(deps: RegisterDeps, input: NewAccount, from: ClientOrigin): Promise<SessionView> {
  if (deps.limits.registration === 'closed') {
    await recordRefusal(deps.db, { ...REFUSED, from, details: { reason: 'closed' } });
    throw new AppError('REGISTRATION_CLOSED');
  }
  await assertUsablePassword(input.password, input);
  const id = randomUUID();
  try {
    return await withHash(deps, input, networkOf(from.address), (password_hash) =>
      asUser(deps.db, id, async (trx) => {
        const { email, username } = input;
        const user = await insertUser(trx, { id, email, username, password_hash });
        await rememberNetwork(trx, user.id, networkOf(from.address));
        await recordAudit(trx, { action: 'account.registered', userId: user.id, actorId: user.id, from });
        return startSession(deps, trx, user, from);
      }),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'ACCOUNT_EXISTS') {
      await recordRefusal(deps.db, { ...REFUSED, from, details: { reason: 'exists' } });
    }
    throw error;
  }
}

/** Makes an account for somebody, whether strangers may or not. @throws AppError VALIDATION_ERROR, ACCOUNT_EXISTS */
export async function createAccount(
  deps: { db: Db; passwords: Passwords },
  input: NewAccount,
  actorId: string | undefined,
): Promise<UserRow> {
  await assertUsablePassword(input.password, input);
  const id = randomUUID();
  return withHash(deps, input, '', (password_hash) =>
    asUser(deps.db, id, async (trx) => {
      const { email, username } = input;
      const user = await insertUser(trx, { id, email, username, password_hash });
      await recordAudit(trx, { action: 'account.created', userId: id, actorId, from: undefined });
      return user;
    }),
  );
}

const REFUSED = { action: 'registration.refused', userId: undefined } as const;

async function withHash<T>(
  { db, passwords }: { db: Db; passwords: Passwords },
  input: NewAccount,
  network: string,
  insert: (passwordHash: string) => Promise<T>,
): Promise<T> {
  await assertFree(db, input);
  // One after another, and the look once more: of many at once with one new address only the first costs a turn.
  return passwords.oneByOne(`register/${input.email.toLowerCase()}`, async () => {
    await assertFree(db, input);
    return insert(await passwords.inTurn('registration', network, ({ hash }) => hash(input.password)));
  });
}

async function assertFree(db: Db, { email, username }: NewAccount): Promise<void> {
  for (const login of [email, username]) {
    if ((await findAccountByLogin(db, login)) !== undefined) throw new AppError('ACCOUNT_EXISTS');
  }
}
