import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { countRequest } from '#shared/auth/request-rates.ts';
import { newPerson } from '#testing/person.ts';
import { requestFrom } from '#testing/request-from.ts';
import { newTestContainer } from '#testing/test-container.ts';

const { url } = inject('system');
const STRANGER = '127.0.0.91';

const register = (address: string, body: object) => requestFrom(address, 'POST', `${url}/auth/register`, body);

async function newLogin() {
  const { user } = (await newPerson()).session;
  const credentials = { login: user.email, password: `${user.username}-password` };
  return { user, login: (address: string) => requestFrom(address, 'POST', `${url}/auth/login`, credentials) };
}

it('registrations with a taken address are answered at once, and nobody else waits for them', async () => {
  const { user, login } = await newLogin();
  const taken = (index: number) =>
    register(STRANGER, {
      ...(index % 2 ? { email: user.email.toUpperCase(), username: `x${index}-${randomUUID().slice(0, 8)}` } : {}),
      ...(index % 2 ? {} : { email: `${randomUUID()}@example.org`, username: user.username.toUpperCase() }),
      password: 'correct horse',
    });
  const [answers, ...logins] = await Promise.all([
    Promise.all(Array.from({ length: 66 }, (_, index) => taken(index))),
    login(STRANGER),
    login('127.0.0.92'),
  ]);
  expect(new Set(answers.map(({ status, body }) => `${status} ${(body as Problem).code}`))).toEqual(
    new Set(['409 ACCOUNT_EXISTS']),
  );
  expect(logins.map(({ status }) => status)).toEqual([200, 200]);
});

const REGISTRATIONS = 16;

it('a login does not wait for all the accounts that are being registered', async () => {
  const { login } = await newLogin();
  const ended: string[] = [];
  const noting = async <T>(what: string, work: Promise<T>): Promise<T> => {
    const result = await work;
    ended.push(what);
    return result;
  };
  const registrations = Array.from({ length: REGISTRATIONS }, () => {
    const username = `n-${randomUUID().slice(0, 13)}`;
    const body = { email: `${username}@example.org`, username, password: 'correct horse' };
    return noting('registration', register(STRANGER, body));
  });
  expect((await noting('login', login('127.0.0.92'))).status).toBe(200);
  expect((await Promise.all(registrations)).map(({ status }) => status)).toEqual(Array(REGISTRATIONS).fill(201));
  expect(ended.indexOf('login')).toBeLessThan(REGISTRATIONS / 2);
});

it('one network registers as many times an hour as the setting says, a hundred where it says nothing', async () => {
  const rates = async (setting: string) => {
    const container = await newTestContainer({ QUOTA_REGISTRATIONS_PER_HOUR: setting });
    const by = { userId: '', address: '192.0.2.1' };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 110 }, () => countRequest(container, 'registrations', by)),
    );
    const other = countRequest(container, 'registrations', { ...by, address: '192.0.2.2' });
    await expect(other).resolves.toBeUndefined();
    await container.close();
    return outcomes.filter(({ status }) => status === 'fulfilled').length;
  };
  expect(await rates('')).toBe(100);
  expect(await rates('7')).toBe(7);
  expect(await rates('0')).toBe(110);
});
