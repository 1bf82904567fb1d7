import { describe, expect, inject, it } from 'vitest';
import type { SessionView } from '#shared/api/accounts.ts';
import type { Problem } from '#shared/api/problem.ts';
import { forgedTokens } from '#testing/forged-tokens.ts';
import { newPerson, postForm, until } from '#testing/person.ts';

const { url, env } = inject('system');

async function withToken(token: string, path = '/files'): Promise<{ status: number; body: Problem }> {
  const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as Problem };
}

async function send(method: string, path: string, token: string, body: unknown): Promise<Response> {
  return fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

it('everything that is no access token gets the same answer', async () => {
  const { session } = await newPerson();
  const forged = forgedTokens(session.accessToken, env.JWT_SECRET ?? '', session.refreshToken);
  expect((await withToken(session.accessToken)).status).toBe(200);
  const { body: expected } = await withToken('');
  expect(expected).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
  for (const [name, token] of forged) {
    const { status, body } = await withToken(token);
    expect([name, status, { ...body, requestId: '' }]).toEqual([name, 401, { ...expected, requestId: '' }]);
  }
});

describe('a session that ended is refused at the next request', () => {
  const refused = async ({ accessToken, refreshToken }: SessionView): Promise<void> => {
    expect(await withToken(accessToken, '/users/me')).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } });
    const refresh = await fetch(`${url}/auth/refresh`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken }),
    });
    expect([refresh.status, ((await refresh.json()) as Problem).code]).toEqual([401, 'INVALID_TOKEN']);
  };

  it('by logout, which leaves the person other sessions', async () => {
    const { session } = await newPerson();
    const { username } = session.user;
    const login = await send('POST', '/auth/login', '', { login: username, password: `${username}-password` });
    const other = (await login.json()) as SessionView;
    await send('POST', '/auth/logout', '', { refreshToken: session.refreshToken });
    await refused(session);
    expect((await withToken(other.accessToken, '/users/me')).status).toBe(200);
  });

  it('by a refresh token that comes twice', async () => {
    const { session } = await newPerson();
    const first = await send('POST', '/auth/refresh', '', { refreshToken: session.refreshToken });
    const heir = (await first.json()) as SessionView;
    expect((await withToken(heir.accessToken, '/users/me')).status).toBe(200);
    await send('POST', '/auth/refresh', '', { refreshToken: session.refreshToken });
    await refused(heir);
    await refused(session);
  });

  it('by a new password, which answers the one session that is left', async () => {
    const { session } = await newPerson();
    const { username } = session.user;
    const login = await send('POST', '/auth/login', '', { login: username, password: `${username}-password` });
    const other = (await login.json()) as SessionView;
    const change = { oldPassword: `${username}-password`, password: 'battery staple' };
    const changed = await send('PATCH', '/users/me', session.accessToken, change);
    const answer = (await changed.json()) as { session: SessionView };
    expect(changed.status).toBe(200);
    await refused(session);
    await refused(other);
    expect((await withToken(answer.session.accessToken, '/users/me')).status).toBe(200);
    const old = await send('POST', '/auth/login', '', { login: username, password: `${username}-password` });
    expect(old.status).toBe(401);
    const fresh = await send('POST', '/auth/login', '', { login: username, password: 'battery staple' });
    expect(fresh.status).toBe(200);
  });

  it('for the address of a file, too', async () => {
    const person = await newPerson();
    const posted = await postForm(person, 'note.txt', 'some words');
    const { file } = (await posted.json()) as { file: { id: string } };
    const address = await until('the bytes to be stored', 10_000, async () => {
      const answer = await person.fetch(`/files/${file.id}/content`);
      return answer.headers.get('location') ?? undefined;
    });
    expect((await fetch(address)).status).toBe(200);
    await send('POST', '/auth/logout', '', { refreshToken: person.session.refreshToken });
    const gone = await fetch(address);
    expect([gone.status, ((await gone.json()) as Problem).code]).toEqual([401, 'INVALID_TOKEN']);
  });
});
