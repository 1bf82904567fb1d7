import { randomUUID } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { newPerson } from '#testing/person.ts';
import { requestFrom } from '#testing/request-from.ts';

const { url } = inject('system');
const STRANGER = '127.0.0.77';

const login = (address: string, name: string, password: string) =>
  requestFrom(address, 'POST', `${url}/auth/login`, { login: name, password });

it('a stranger who guesses is held up, whether the account exists or not, and the person is not', async () => {
  const { username } = (await newPerson()).session.user;
  const password = `${username}-password`;
  for (const name of [username, `nobody-${randomUUID().slice(0, 8)}`]) {
    // More at once than are allowed: not one too many is looked at.
    const guesses = await Promise.all(Array.from({ length: 14 }, () => login(STRANGER, name, 'wrong horse')));
    expect(guesses.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
    const refused = await login(STRANGER, name, password);
    expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_ATTEMPTS' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(90);
  }
  expect((await login('127.0.0.1', username, password)).status).toBe(200);
  expect((await login('127.0.0.78', username, password)).status).toBe(200);
});

it('guesses by user name and by address are counted together', async () => {
  const { username, email } = (await newPerson()).session.user;
  const guesses = await Promise.all(
    Array.from({ length: 14 }, (_, index) => login('127.0.0.80', index % 2 ? username : email, 'wrong horse')),
  );
  expect(guesses.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), ...Array(4).fill(429)]);
});

it('many right logins of one person, side by side, are not taken for guesses', async () => {
  // Its password was hashed at a lower cost: whoever is first renews the hash while the others are compared with it.
  const { username } = (await newPerson()).session.user;
  const logins = await Promise.all(
    Array.from({ length: 14 }, () => login('127.0.0.79', username, `${username}-password`)),
  );
  expect(new Set(logins.map(({ status }) => status))).toEqual(new Set([200]));
});

it('guesses at the old password of one’s own account are held up, too', async () => {
  const person = await newPerson();
  const attempt = () =>
    person.fetch('/users/me', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ oldPassword: 'wrong horse', password: 'battery staple' }),
    });
  const answers = await Promise.all(Array.from({ length: 11 }, attempt));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429]);
});

it('behind a proxy we trust each client is held up alone, whatever it says of itself; from others nothing is believed', async () => {
  const { username } = (await newPerson()).session.user;
  let said = 0;
  const through = (proxy: string, client: string, password: string) => {
    said += 1;
    // Of the second header the proxy is the author, of the first the client, who never writes the same.
    const headers = { 'x-forwarded-for': [`198.51.100.${said}`, client] };
    return requestFrom(proxy, 'POST', `${url}/auth/login`, { login: username, password }, headers);
  };
  const right = `${username}-password`;
  const guesses = await Promise.all(
    Array.from({ length: 11 }, () => through('127.0.0.120', '203.0.113.7', 'wrong horse')),
  );
  expect(guesses.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429]);
  expect((await through('127.0.0.120', '203.0.113.7', right)).status).toBe(429);
  expect((await through('127.0.0.120', '203.0.113.8', right)).status).toBe(200);
  expect((await through('127.0.0.121', '203.0.113.7', right)).status).toBe(200);
});
