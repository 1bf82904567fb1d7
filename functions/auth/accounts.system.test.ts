import { randomUUID } from 'node:crypto';
import { describe, expect, inject, it } from 'vitest';
import type { SessionView } from '#shared/api/accounts.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newPerson } from '#testing/person.ts';

const { url } = inject('system');

async function post<T>(path: string, body: unknown): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

const account = () => {
  const name = `a-${randomUUID().slice(0, 13)}`;
  return { email: `${name}@Example.org`, username: name, password: 'correct horse' };
};

describe('registering', () => {
  it('makes an account and a session', async () => {
    const wanted = account();
    const { status, body } = await post<SessionView>('/auth/register', wanted);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      user: { email: wanted.email, username: wanted.username, role: 'user' },
      expiresIn: 900,
    });
    const me = await fetch(`${url}/users/me`, { headers: { authorization: `Bearer ${body.accessToken}` } });
    expect(await me.json()).toEqual(body.user);
  });

  it('refuses an e-mail address or user name that is taken, in any case of letters', async () => {
    const wanted = account();
    await post('/auth/register', wanted);
    const sameEmail = await post<Problem>('/auth/register', { ...account(), email: wanted.email.toLowerCase() });
    const sameName = await post<Problem>('/auth/register', { ...account(), username: wanted.username.toUpperCase() });
    expect([sameEmail.status, sameEmail.body.code]).toEqual([409, 'ACCOUNT_EXISTS']);
    expect([sameName.status, sameName.body.code]).toEqual([409, 'ACCOUNT_EXISTS']);
  });

  it('names every wrong field and no value', async () => {
    const { status, body } = await post<Problem>('/auth/register', {
      email: 'nobody',
      username: 'a b',
      password: 'short!',
      role: 'admin',
    });
    expect(status).toBe(400);
    expect(body.code).toBe('VALIDATION_ERROR');
    expect(body.errors?.map((error) => error.field).sort()).toEqual(['email', 'password', 'role', 'username']);
    expect(JSON.stringify(body)).not.toContain('short!');
  });

  it.each([
    ['71 letters and one of two bytes', `${'x'.repeat(71)}é`],
    ['a NUL', 'long enough\0'],
    ['two emoji, which are eight bytes', '😀😀'],
    ['seven letters of two bytes', 'пароль!'],
    ['one family of eleven code points', '👨‍👩‍👧‍👦👨‍👩‍👧‍👦'],
    ['the commonest letters', 'Password'],
    ['the commonest digits', '12345678'],
  ])('refuses a password of %s', async (_, password) => {
    const { status, body } = await post<Problem>('/auth/register', { ...account(), password });
    expect([status, body.code, body.errors?.map(({ field }) => field)]).toEqual([
      400,
      'VALIDATION_ERROR',
      ['password'],
    ]);
  });

  it('refuses the own name as a password, and takes eight characters of any alphabet', async () => {
    const wanted = account();
    for (const password of [wanted.username, wanted.email, `${wanted.username}1`]) {
      const { status, body } = await post<Problem>('/auth/register', { ...wanted, password });
      expect([status, body.errors?.map(({ field }) => field)]).toEqual([400, ['password']]);
    }
    expect((await post('/auth/register', { ...wanted, password: 'соль и хлеб' })).status).toBe(201);
  });

  it.each(['admin', '..', 'аdmin', 'ad--min', '00000000-0000-4000-8000-000000000000'])(
    'refuses the user name %j, which others would take for somebody else',
    async (username) => {
      const { status, body } = await post<Problem>('/auth/register', { ...account(), username });
      expect([status, body.errors?.map(({ field }) => field)]).toEqual([400, ['username']]);
    },
  );

  it('answers malformed JSON as a problem', async () => {
    const { status, body } = await post<Problem>('/auth/register', '{"email": ');
    expect([status, body.code]).toEqual([400, 'MALFORMED_JSON']);
    expect(body.requestId).not.toBe('');
  });
});

describe('signing in', () => {
  it('takes the e-mail address or the user name', async () => {
    const wanted = account();
    await post('/auth/register', wanted);
    for (const login of [wanted.email.toUpperCase(), wanted.username]) {
      const { status, body } = await post<SessionView>('/auth/login', { login, password: wanted.password });
      expect([status, body.user.username]).toEqual([200, wanted.username]);
    }
  });

  it.each(['a\0b', '\ud800'])('refuses the login %j, which no account can have', async (login) => {
    const { status, body } = await post<Problem>('/auth/login', { login, password: 'wrong horse' });
    expect([status, body.errors?.map((error) => error.field)]).toEqual([400, ['login']]);
  });

  it('answers a wrong password and an unknown account alike', async () => {
    const wanted = account();
    await post('/auth/register', wanted);
    const wrong = await post<Problem>('/auth/login', { login: wanted.email, password: 'wrong horse' });
    const unknown = await post<Problem>('/auth/login', { login: 'nobody@example.org', password: 'wrong horse' });
    expect([wrong.status, unknown.status]).toEqual([401, 401]);
    expect({ ...wrong.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
  });
});

describe('sessions', () => {
  it('rotate: a spent refresh token ends the whole family', async () => {
    const { session } = await newPerson();
    const first = await post<SessionView>('/auth/refresh', { refreshToken: session.refreshToken });
    expect(first.status).toBe(200);
    const reuse = await post<Problem>('/auth/refresh', { refreshToken: session.refreshToken });
    expect([reuse.status, reuse.body.code]).toEqual([401, 'INVALID_TOKEN']);
    const heir = await post('/auth/refresh', { refreshToken: first.body.refreshToken });
    expect(heir.status).toBe(401);
  });

  it('end with logout', async () => {
    const { session } = await newPerson();
    const { refreshToken } = session;
    expect((await post('/auth/logout', { refreshToken })).status).toBe(204);
    expect((await post('/auth/refresh', { refreshToken })).status).toBe(401);
  });

  it('are needed: every other request answers the same 401', async () => {
    const { session } = await newPerson();
    const [header, payload] = session.accessToken.split('.');
    for (const authorization of ['', 'Bearer', 'Basic abc', `Bearer ${header}.${payload}.AAAA`]) {
      const response = await fetch(`${url}/files`, { headers: { authorization } });
      const problem = (await response.json()) as Problem;
      expect([response.status, problem.code]).toEqual([401, 'INVALID_TOKEN']);
    }
  });
});

it('an address without a route is a problem, too', async () => {
  const response = await fetch(`${url}/nowhere`);
  expect([response.status, ((await response.json()) as Problem).code]).toEqual([404, 'NOT_FOUND']);
});
