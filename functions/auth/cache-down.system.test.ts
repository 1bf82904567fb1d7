import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { newAdmin } from '#testing/admin.ts';
import { newPerson, type Person } from '#testing/person.ts';

// The functions as they are, in this process, on the shared system's database, with a Redis that nobody answers for.
const { env } = inject('system');
beforeAll(() => {
  for (const [name, value] of Object.entries({ ...env, REDIS_URL: 'redis://127.0.0.1:1' })) vi.stubEnv(name, value);
});
afterAll(async () => {
  const { db, cache } = getContainer();
  await Promise.all([db.destroy(), cache.close()]);
});

async function ask(
  person: Person,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; code: string }> {
  const { handler } =
    path === '/search' ? await import('#functions/search/search.ts') : await import('#functions/users/list.ts');
  const http = { method, path, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
  const event: APIGatewayProxyEventV2 = {
    ...{ version: '2.0', routeKey: '$default', rawPath: path, rawQueryString: '', isBase64Encoded: false },
    headers: { authorization: `Bearer ${person.session.accessToken}` },
    ...(body ? { body: JSON.stringify(body) } : {}),
    requestContext: {
      ...{ accountId: '', apiId: '', domainName: '', domainPrefix: '', http, requestId: 'test' },
      ...{ routeKey: '$default', stage: '$default', time: '', timeEpoch: 0 },
    },
  };
  const { statusCode = 0, body: text = '{}' } = await handler(event);
  return { status: statusCode, code: (JSON.parse(text) as Problem).code };
}

const search = (person: Person) => ask(person, 'POST', '/search', { query: 'anything' });
const send = (person: Person, method: string, path: string, body: object) =>
  person.fetch(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
const refused = { status: 401, code: 'INVALID_TOKEN' };

it('while Redis is down, logout, a new password, a disabled account and a role count from the next request on', async () => {
  const [admin, one, two, three] = await Promise.all([newAdmin(), newPerson(), newPerson(), newPerson()]);
  for (const person of [one, two, three]) expect((await search(person)).status).toBe(200);

  await send(one, 'POST', '/auth/logout', { refreshToken: one.session.refreshToken });
  expect(await search(one)).toEqual(refused);

  const oldPassword = `${two.session.user.username}-password`;
  expect((await send(two, 'PATCH', '/users/me', { oldPassword, password: 'battery staple' })).status).toBe(200);
  expect(await search(two)).toEqual(refused);

  expect((await ask(three, 'GET', '/users')).status).toBe(403);
  await send(admin, 'PATCH', `/users/${three.id}`, { role: 'admin' });
  expect((await ask(three, 'GET', '/users')).status).toBe(200);
  await send(admin, 'PATCH', `/users/${three.id}`, { role: 'user' });
  expect((await ask(three, 'GET', '/users')).status).toBe(403);
  await send(admin, 'PATCH', `/users/${three.id}`, { disabled: true });
  expect(await search(three)).toEqual(refused);
});
