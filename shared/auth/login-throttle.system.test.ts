import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { insertUser } from '#shared/db/users-repository.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { countAttempt, forgiveAttempt } from './login-throttle.ts';

const LIMITS = { failuresPerAccount: 5, failuresPerAddress: 8 };
let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer();
});
afterAll(() => container.close());

type Attempt = Parameters<typeof countAttempt>[2];

/** How many of so many attempts at once are let through. */
async function allowed(times: number, attempt: Attempt): Promise<number> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: times }, () => countAttempt(container.db, LIMITS, attempt)),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'TOO_MANY_ATTEMPTS' });
  }
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}

const unknown = (address: string, login: string = randomUUID()): Attempt => ({ login, userId: undefined, address });

it('attempts at once are never more than allowed: at one account, and of one address at all', async () => {
  const login = randomUUID();
  expect(await allowed(20, unknown('192.0.2.1', login))).toBe(5);
  expect(await allowed(20, unknown('192.0.2.2', login.toUpperCase()))).toBe(5);
  // Refused attempts take nothing: 3 of the 8 are left.
  const others = await Promise.all(Array.from({ length: 6 }, () => allowed(1, unknown('192.0.2.1'))));
  expect(others.reduce((sum, one) => sum + one)).toBe(3);
});

it('an account’s user name and address share their attempts', async () => {
  const id = randomUUID();
  await insertUser(container.everyone, { id, email: `${id}@example.org`, username: id, password_hash: '' });
  const named = (login: string): Attempt => ({ login, userId: id, address: '192.0.2.44' });
  expect((await allowed(4, named(id))) + (await allowed(4, named(`${id}@example.org`)))).toBe(5);
});

it('the addresses of one household are one, those of two are not', async () => {
  const login = randomUUID();
  expect(await allowed(5, unknown('2001:db8:1:200::1', login))).toBe(5);
  expect(await allowed(1, unknown('2001:db8:1:2ff:ffff::2', login))).toBe(0);
  expect(await allowed(1, unknown('2001:db8:1:300::1', login))).toBe(1);
  expect(await allowed(5, unknown('::ffff:192.0.2.9', login))).toBe(5);
  expect(await allowed(1, unknown('192.0.2.9', login))).toBe(0);
});

it('strangers everywhere leave a few attempts to each network, and all to one that the person uses', async () => {
  const id = randomUUID();
  await insertUser(container.everyone, { id, email: `${id}@example.org`, username: id, password_hash: '' });
  const known = (address: string) => ({ login: id, userId: id, address });
  await countAttempt(container.db, LIMITS, known('198.51.100.1'));
  await asUser(container.db, id, (trx) => forgiveAttempt(trx, LIMITS, known('198.51.100.1')));
  let guesses = 0;
  for (let network = 1; network <= 30; network += 1) guesses += await allowed(5, known(`203.0.113.${network}`));
  // 99, for the person's own first attempt counts; from then on 2 a network.
  expect(guesses).toBeGreaterThanOrEqual(99);
  expect(guesses).toBeLessThanOrEqual(99 + 2 * 11);
  expect(await allowed(5, known('203.0.113.99'))).toBe(2);
  expect(await allowed(5, known('198.51.100.1'))).toBe(5);
});

it('a right password gives the attempts back', async () => {
  const id = randomUUID();
  await insertUser(container.everyone, { id, email: `${id}@example.org`, username: id, password_hash: '' });
  const attempt = { login: id, userId: id, address: '192.0.2.33' };
  for (let round = 0; round < 10; round += 1) {
    expect(await allowed(1, attempt)).toBe(1);
    await asUser(container.db, id, (trx) => forgiveAttempt(trx, LIMITS, attempt));
  }
});
