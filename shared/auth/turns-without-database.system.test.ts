import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { AppError } from '#shared/errors/app-error.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { eraseOwnAccount } from '#shared/users/erase/erase-own-account.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { verifyAccessToken } from './access-tokens.ts';
import { register } from './register.ts';
import { login } from './sign-in.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ LOGIN_FAILURES_PER_ACCOUNT: '2' });
});
afterAll(() => container.close());

const from = (address: string) => ({ address, requestId: 'r' });
const PASSWORD = 'correct horse';

async function newAccount(address: string) {
  const username = `t-${randomUUID().slice(0, 13)}`;
  const account = { email: `${username}@example.org`, username, password: PASSWORD };
  const session = await register(container, account, from(address));
  return { username, claims: verifyAccessToken(container.tokenKeys, session.accessToken) };
}

const signIn = (username: string, password: string, address: string) =>
  login(container, { login: username, password }, from(address));

/** How many wait for what this transaction holds. */
const waitingForThis = sql<{ waiting: number }>`
  select count(*)::int as waiting from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`;

it('while what is counted for one person is held in the database, others sign in', async () => {
  const [held, other] = [await newAccount('192.0.2.1'), await newAccount('192.0.2.2')];
  await expect(signIn(held.username, 'wrong horse', '192.0.2.1')).rejects.toMatchObject({
    code: 'INVALID_CREDENTIALS',
  });
  await container.everyone.transaction().execute(async (trx) => {
    const { rows } = await sql`
      select key from rate_limits where key like 'login/pair/%/192.0.2.1' for update`.execute(trx);
    expect(rows).toHaveLength(1);
    const stuck = signIn(held.username, PASSWORD, '192.0.2.1').then(
      () => 'held',
      () => 'held',
    );
    await vi.waitFor(async () => expect((await waitingForThis.execute(trx)).rows).toEqual([{ waiting: 1 }]), 2_500);
    const free = signIn(other.username, PASSWORD, '192.0.2.2').then(() => 'other');
    expect(await Promise.race([stuck, free])).toBe('other');
  });
});

it('an attempt whose turn never came does not count', async () => {
  const { username, claims } = await newAccount('192.0.2.3');
  const full = { inTurn: () => Promise.reject(new AppError('DEPENDENCY_UNAVAILABLE')) };
  const crowded = withParts(container, { passwords: { ...container.passwords, ...full } });
  const input = { login: username, password: 'wrong horse' };
  const refused = { code: 'DEPENDENCY_UNAVAILABLE' };
  for (let round = 0; round < 3; round += 1) {
    await expect(login(crowded, input, from('192.0.2.4'))).rejects.toMatchObject(refused);
    await expect(eraseOwnAccount(crowded, claims, input.password, from('192.0.2.4'))).rejects.toMatchObject(refused);
  }
  for (const code of ['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS']) {
    await expect(login(container, input, from('192.0.2.4'))).rejects.toMatchObject({ code });
    await expect(eraseOwnAccount(container, claims, input.password, from('192.0.2.4'))).rejects.toMatchObject({ code });
  }
});

it('of many registrations of one new address at once one alone is hashed', async () => {
  const inTurn = vi.fn(container.passwords.inTurn);
  const username = `t-${randomUUID().slice(0, 13)}`;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) =>
      register(
        withParts(container, {
          passwords: { ...container.passwords, inTurn: inTurn as typeof container.passwords.inTurn },
        }),
        { email: `${username}@example.org`, username: `${username}-${index}`, password: PASSWORD },
        from('192.0.2.5'),
      ),
    ),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(inTurn).toHaveBeenCalledTimes(1);
});
