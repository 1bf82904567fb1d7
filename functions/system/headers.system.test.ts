import { expect, inject, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { ROUTES } from '#shared/api/routes.ts';
import { newPerson } from '#testing/person.ts';

const { url, env } = inject('system');

function expectSafe(what: string, { headers }: Response): void {
  expect([what, headers.get('x-content-type-options')]).toEqual([what, 'nosniff']);
  expect([what, headers.get('referrer-policy')]).toEqual([what, 'no-referrer']);
  expect([what, headers.get('cache-control')]).toEqual([what, expect.stringMatching(/no-store|no-cache/)]);
  expect([what, headers.get('content-security-policy')]).toEqual([what, expect.stringContaining("default-src 'none'")]);
  // Only over HTTPS does a browser believe it, and over HTTP it must not be said.
  expect([what, headers.get('strict-transport-security')]).toEqual([what, null]);
}

it('every answer of every route says how browsers may treat it', async () => {
  const person = await newPerson();
  for (const { method, path } of ROUTES) {
    const address = path.replace('{id}', '00000000-0000-4000-8000-000000000000');
    expectSafe(`${method} ${path} as nobody`, await fetch(`${url}${address}`, { method }));
    if (path === '/users/me' && method === 'DELETE') continue;
    expectSafe(`${method} ${path}`, await person.fetch(address, { method }));
  }
});

it('so do answers to what is no route, and those of the stream of contents', async () => {
  const huge = { method: 'POST', body: 'x'.repeat(11 * 1024 ** 2) };
  expectSafe('no route', await fetch(`${url}/nowhere`));
  expectSafe('no route, another method', await fetch(`${url}/files`, { method: 'PUT' }));
  expectSafe('longer than the host takes', await fetch(`${url}/auth/login`, huge));
  expectSafe('the stream', await fetch(`${env.STREAM_URL}/content/x?token=y`));
});

it('JSON of more than 1 MiB is refused', async () => {
  const body = JSON.stringify({ login: 'x'.repeat(1024 ** 2), password: 'y' });
  const response = await fetch(`${url}/auth/login`, { method: 'POST', body });
  expect([response.status, ((await response.json()) as Problem).code]).toEqual([413, 'REQUEST_TOO_LARGE']);
});

it('no page of another origin may read answers unless it is named, none with credentials', async () => {
  const person = await newPerson();
  const origin = 'https://elsewhere.example';
  const answer = await person.fetch('/users/me', { headers: { origin } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('vary')).toContain('Origin');
  const preflight = await fetch(`${url}/users/me`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'authorization' },
  });
  for (const { headers } of [answer, preflight]) {
    expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
  }
});
