import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eraseOwnAccount } from '#shared/users/erase/erase-own-account.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { verifyAccessToken } from './access-tokens.ts';
import { register } from './register.ts';
import { countRequest } from './request-rates.ts';
import { login } from './sign-in.ts';

let container: TestContainer;
beforeAll(async () => {
  container = await newTestContainer({ LOGIN_FAILURES_PER_ACCOUNT: '1', QUOTA_REGISTRATIONS_PER_HOUR: '1' });
});
afterAll(() => container.close());

const from = (address: string) => ({ address, requestId: 'r' });
const newAccount = () => {
  const username = `s-${randomUUID().slice(0, 13)}`;
  return { email: `${username}@example.org`, username, password: 'correct horse' };
};
async function logged(address: string) {
  const events = container.everyone.selectFrom('audit_events').where('address', '=', address).orderBy('id');
  return (await events.select(['action', 'details']).execute()).map(({ action, details }) => [action, details]);
}

it('what is refused and throttled stands in the log: logins, passwords, registrations', async () => {
  const account = newAccount();
  const session = await register(container, account, from('192.0.2.1'));
  const claims = verifyAccessToken(container.tokenKeys, session.accessToken);

  for (const code of ['INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS']) {
    const attempt = login(container, { login: account.email, password: 'wrong horse' }, from('192.0.2.2'));
    await expect(attempt).rejects.toMatchObject({ code });
  }
  expect(await logged('192.0.2.2')).toEqual([
    ['login.failed', {}],
    ['login.throttled', {}],
  ]);

  for (const code of ['INVALID_CREDENTIALS', 'TOO_MANY_ATTEMPTS']) {
    await expect(eraseOwnAccount(container, claims, 'wrong horse', from('192.0.2.3'))).rejects.toMatchObject({ code });
  }
  expect(await logged('192.0.2.3')).toEqual([
    ['password.refused', { reason: 'wrong', for: 'erasure' }],
    ['password.refused', { reason: 'throttled', for: 'erasure' }],
  ]);

  await expect(register(container, account, from('192.0.2.4'))).rejects.toMatchObject({ code: 'ACCOUNT_EXISTS' });
  const closed = withLimits(container, { registration: 'closed' });
  await expect(register(closed, newAccount(), from('192.0.2.4'))).rejects.toMatchObject({
    code: 'REGISTRATION_CLOSED',
  });
  const by = { userId: '', address: '192.0.2.4' };
  await countRequest(container, 'registrations', by);
  const limited = countRequest(container, 'registrations', by);
  await expect(limited).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await logged('192.0.2.4')).toEqual([
    ['registration.refused', { reason: 'exists' }],
    ['registration.refused', { reason: 'closed' }],
    ['registration.refused', { reason: 'limited' }],
  ]);
});

it('a flood of refusals from one network does not fill the log', async () => {
  const closed = withLimits(container, { registration: 'closed' });
  const flood = Array.from({ length: 60 }, () => register(closed, newAccount(), from('192.0.2.5')));
  await Promise.allSettled(flood);
  expect((await logged('192.0.2.5')).length).toBe(20);
});
