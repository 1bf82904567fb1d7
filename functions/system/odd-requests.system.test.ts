import { request } from 'node:http';
import { expect, inject, it } from 'vitest';
import type { AuditEventView } from '#shared/api/administration.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newAdmin } from '#testing/admin.ts';
import { newPerson } from '#testing/person.ts';

const { url } = inject('system');

interface RawAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A request as it is written, which no client of ours would send. */
function raw(method: string, path: string, headers: string[] = [], body = ''): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers: ['Host', 'localhost', ...headers] }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function problemOf({ headers, body }: RawAnswer): Problem {
  expect(headers['content-type']).toBe('application/problem+json');
  return JSON.parse(body) as Problem;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

it('each request has an id of its own, in the header and in the problem', async () => {
  const answers = await Promise.all([1, 2, 3].map(() => raw('GET', '/files')));
  const ids = answers.map((answer) => answer.headers['x-request-id']);
  expect(new Set(ids).size).toBe(3);
  for (const answer of answers) {
    expect(answer.headers['x-request-id']).toMatch(UUID);
    expect(problemOf(answer).requestId).toBe(answer.headers['x-request-id']);
  }
  expect((await raw('GET', '/docs')).headers['x-request-id']).toMatch(UUID);
});

it("nobody chooses a request's id: not in the answer, the problem or the log of acts", async () => {
  const name = ['X-Request-Id', 'trace-0123456789'];
  const refused = await raw('GET', '/files', name);
  expect(refused.headers['x-request-id']).toMatch(UUID);
  expect(problemOf(refused).requestId).toBe(refused.headers['x-request-id']);

  const { username } = (await newPerson()).session.user;
  const credentials = JSON.stringify({ login: username, password: `${username}-password` });
  const { status, headers } = await raw(
    'POST',
    '/auth/login',
    [...name, 'Content-Type', 'application/json'],
    credentials,
  );
  expect([status, headers['x-request-id']]).toEqual([200, expect.stringMatching(UUID)]);
  const admin = await newAdmin();
  const { items } = (await (await admin.fetch('/audit?action=login.succeeded')).json()) as { items: AuditEventView[] };
  const ids = items.map(({ requestId }) => requestId);
  expect(ids).toContain(headers['x-request-id']);
  expect(ids).not.toContain('trace-0123456789');
});

it('an empty answer names no type', async () => {
  const person = await newPerson();
  const json = { 'content-type': 'application/json' };
  const logout = await fetch(`${url}/auth/logout`, { method: 'POST', headers: json, body: '{"refreshToken":"none"}' });
  expect([logout.status, logout.headers.get('content-type'), await logout.text()]).toEqual([204, null, '']);
  const gone = await person.fetch('/users/me', { method: 'DELETE', headers: json, body: '{}' });
  if (gone.status === 202) expect([gone.headers.get('content-type'), await gone.text()]).toEqual([null, '']);
});

it.each([
  ['an object', 'theme={"dark":true}'],
  ['quotes that do not end', 'a="x'],
  ['no name', '=x; ;;'],
  ['letters of another script', 'größe=1'],
])('cookies of another application are none of our business: %s', async (_, cookie) => {
  const page = await raw('GET', '/', ['Cookie', Buffer.from(cookie).toString('latin1')]);
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
});

it.each([
  ['GET', '/files/%zz', [], 401, 'INVALID_TOKEN'],
  ['GET', '/%', [], 404, 'NOT_FOUND'],
  ['GET', '/nowhere/%c3%28', [], 404, 'NOT_FOUND'],
  ['OPTIONS', '*', [], 404, 'NOT_FOUND'],
  ['POST', '/auth/login', ['Content-Type', 'nonsense'], 400, 'VALIDATION_ERROR'],
  ['POST', '/files', ['Content-Type', 'multipart/form-data'], 401, 'INVALID_TOKEN'],
  ['PUT', '/files', [], 405, 'METHOD_NOT_ALLOWED'],
  ['TRACE', '/files/x', [], 405, 'METHOD_NOT_ALLOWED'],
  ['PROPFIND', '/users/me', [], 405, 'METHOD_NOT_ALLOWED'],
])('%s %s with %j is refused in our form', async (method, path, headers, status, code) => {
  const answer = await raw(method, path, headers);
  expect([answer.status, problemOf(answer).code]).toEqual([status, code]);
});

it('a method that an address does not take is answered with those it does', async () => {
  expect((await raw('PUT', '/files')).headers.allow).toBe('POST, GET');
  expect((await raw('POST', '/users/me')).headers.allow).toBe('GET, PATCH, DELETE');
});

it('what the host refuses before any function sees it is a problem, too', async () => {
  const answer = await fetch(`${url}/auth/login`, { method: 'POST', body: 'x'.repeat(11 * 1024 ** 2) });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([413, 'application/problem+json']);
  expect(await answer.json()).toMatchObject({
    code: 'REQUEST_TOO_LARGE',
    requestId: answer.headers.get('x-request-id'),
  });
});

it('two Authorization headers are refused, whichever would count', async () => {
  const person = await newPerson();
  const token = `Bearer ${person.session.accessToken}`;
  for (const pair of [
    [token, 'Bearer other'],
    ['Bearer other', token],
    [token, token],
  ]) {
    const headers = pair.flatMap((value) => ['Authorization', value]);
    const answer = await raw('GET', '/users/me', headers);
    expect([answer.status, problemOf(answer).code]).toEqual([400, 'VALIDATION_ERROR']);
    expect(problemOf(answer).detail).toContain('Authorization');
  }
});
