import { expect, inject, it } from 'vitest';
import type { SessionView } from '#shared/api/accounts.ts';
import type { NoticeView } from '#shared/api/own-notices.ts';
import type { OwnSessionView } from '#shared/api/own-sessions.ts';
import { newPerson, type Person } from '#testing/person.ts';

const { url } = inject('system');

async function send<T>(
  method: string,
  path: string,
  token: string,
  body?: object,
): Promise<{ status: number; body: T }> {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'user-agent': 'the other one' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

async function signIn(person: Person): Promise<SessionView> {
  const { username } = person.session.user;
  const credentials = { login: username, password: `${username}-password` };
  return (await send<SessionView>('POST', '/auth/login', '', credentials)).body;
}

const listOf = async (token: string) =>
  (await send<{ items: OwnSessionView[] }>('GET', '/users/me/sessions', token)).body.items;
const isSignedIn = async (token: string) => (await send('GET', '/users/me', token)).status === 200;

it('a person sees where they are signed in, and ends one session or all others', async () => {
  const person = await newPerson();
  const first = person.session.accessToken;
  const [second, third] = [await signIn(person), await signIn(person)];
  const sessions = await listOf(second.accessToken);
  expect(sessions.map(({ current }) => current)).toEqual([true, false, false]);
  expect(sessions[0]).toMatchObject({ address: '127.0.0.1', agent: 'the other one' });
  const [current] = sessions;
  const days = (until: string | undefined) => (Date.parse(until ?? '') - Date.now()) / 86_400_000;
  expect(days(current?.expiresAt)).toBeCloseTo(30, 1);

  const firstId = (await listOf(first)).find((session) => session.current)?.id ?? '';
  expect((await send('DELETE', `/users/me/sessions/${firstId}`, second.accessToken)).status).toBe(204);
  expect(await isSignedIn(first)).toBe(false);
  expect((await send('POST', '/auth/refresh', '', { refreshToken: person.session.refreshToken })).status).toBe(401);
  const again = await send<{ code: string }>('DELETE', `/users/me/sessions/${firstId}`, second.accessToken);
  expect([again.status, again.body.code]).toEqual([404, 'NOT_FOUND']);

  // Nobody ends another's.
  const stranger = await newPerson();
  const theirs = await send('DELETE', `/users/me/sessions/${current?.id}`, stranger.session.accessToken);
  expect([theirs.status, await isSignedIn(second.accessToken)]).toEqual([404, true]);
  expect((await send('DELETE', '/users/me/sessions', stranger.session.accessToken)).status).toBe(204);

  expect((await send('DELETE', '/users/me/sessions', second.accessToken)).status).toBe(204);
  expect([await isSignedIn(second.accessToken), await isSignedIn(third.accessToken)]).toEqual([true, false]);
  expect((await listOf(second.accessToken)).map(({ id }) => id)).toEqual([current?.id]);
});

it('the address an account had is told of a new address and a new password', async () => {
  const person = await newPerson();
  const { email, username } = person.session.user;
  const oldPassword = `${username}-password`;
  const token = person.session.accessToken;
  const notices = async (with_: string) =>
    (await send<{ items: NoticeView[] }>('GET', '/users/me/notices', with_)).body.items;
  expect(await notices(token)).toEqual([]);
  const change = { oldPassword, email: `${username}-new@example.org`, password: 'battery staple' };
  const { body } = await send<{ session: SessionView }>('PATCH', '/users/me', token, change);
  const told = await notices(body.session.accessToken);
  expect(told.map(({ kind }) => kind).toSorted()).toEqual(['email.changed', 'password.changed']);
  for (const notice of told) expect(notice).toMatchObject({ address: email, mailedAt: null });
  // One’s own new name is no password either.
  const own = { oldPassword: 'battery staple', password: `${username}-new` };
  const refused = await send<{ errors: { field: string }[] }>('PATCH', '/users/me', body.session.accessToken, own);
  expect([refused.status, refused.body.errors.map(({ field }) => field)]).toEqual([400, ['password']]);
});
