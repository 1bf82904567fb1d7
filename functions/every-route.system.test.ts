import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { FileView } from '#shared/api/files.ts';
import { buildOpenApi } from '#shared/api/openapi.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newAdmin } from '#testing/admin.ts';
import { newPerson, type Person, postForm, untilSettled } from '#testing/person.ts';

interface Input {
  query?: string;
  body?: object;
  /** Sent as the file of a form. */
  form?: string;
}

/**
 * What a route answers to whom. `anybody`: without a token. `optional`: the same, but a token that is given must hold. `self`: it concerns only the person who asks, who gets this
 * status whoever else there is. `owner`: of what is another's it says the same as of what is not. `admin`: refused to users.
 */
type Rule = Input &
  (
    | { for: 'anybody'; status: number }
    | { for: 'optional'; status: number }
    | { for: 'self'; status: number }
    | { for: 'owner' }
    | { for: 'admin'; status: number }
    | { for: 'webhook' }
  );

const MARKER = `marker${randomUUID().replaceAll('-', '')}`;

/** Every route has its line here. Whoever adds one says what others get. */
const RULES: Readonly<Record<string, Rule>> = {
  'POST /auth/register': { for: 'anybody', status: 400, body: {} },
  'POST /auth/login': { for: 'anybody', status: 401, body: { login: 'nobody-at-all', password: 'a password' } },
  'POST /auth/refresh': { for: 'anybody', status: 401, body: { refreshToken: 'none' } },
  'POST /auth/logout': { for: 'anybody', status: 204, body: { refreshToken: 'none' } },
  'GET /users/me': { for: 'self', status: 200 },
  'PATCH /users/me': { for: 'self', status: 400, body: { role: 'admin', id: randomUUID() } },
  'DELETE /users/me': { for: 'self', status: 202 },
  'GET /users/me/sessions': { for: 'self', status: 200 },
  'DELETE /users/me/sessions': { for: 'self', status: 204 },
  'DELETE /users/me/sessions/{id}': { for: 'owner' },
  'GET /users/me/notices': { for: 'self', status: 200 },
  'POST /users/me/export': { for: 'self', status: 202 },
  'GET /users/me/export': { for: 'self', status: 200 },
  'GET /users': { for: 'admin', status: 200 },
  'PATCH /users/{id}': { for: 'admin', status: 400, body: { owner: 'x' } },
  'GET /audit': { for: 'admin', status: 200, query: '?limit=1' },
  'POST /files': { for: 'self', status: 201, body: { filename: 'other.txt', size: 5 } },
  'GET /files': { for: 'self', status: 200, query: '?limit=100' },
  'GET /files/{id}': { for: 'owner' },
  'POST /files/{id}/complete': { for: 'owner', body: { parts: [{ number: 1, etag: 'x' }] } },
  'GET /files/{id}/content': { for: 'owner' },
  'GET /files/{id}/text': { for: 'owner' },
  'GET /files/{id}/preview': { for: 'owner' },
  'POST /files/{id}/reprocess': { for: 'owner' },
  'DELETE /files/{id}': { for: 'owner' },
  'POST /hooks/storage': { for: 'webhook', body: { Records: [] } },
  'POST /search': { for: 'self', status: 200, body: { query: MARKER, limit: 100 } },
  'GET /search': { for: 'self', status: 200, query: `?q=${MARKER}` },
  'POST /search/image': { for: 'self', status: 415, form: 'no picture' },
  'POST /drive/connect': { for: 'self', status: 200 },
  'GET /drive/callback': { for: 'anybody', status: 400, query: '?state=x&code=y' },
  'GET /drive': { for: 'self', status: 200 },
  'GET /drive/folders': { for: 'self', status: 409 },
  'PATCH /drive': { for: 'self', status: 409, body: { folderIds: ['x'] } },
  'POST /drive/sync': { for: 'self', status: 409 },
  'DELETE /drive': { for: 'self', status: 204 },
  'GET /health': { for: 'optional', status: 200 },
  'GET /openapi.json': { for: 'anybody', status: 200 },
  'GET /docs': { for: 'anybody', status: 200 },
  'GET /': { for: 'anybody', status: 200 },
};

const { url } = inject('system');
const operations = Object.entries(buildOpenApi(url).paths as Record<string, object>).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);
const table = Object.entries(RULES);
const protectedRoutes = table.filter(([, rule]) => rule.for !== 'anybody' && rule.for !== 'optional');
const of = <K extends Rule['for']>(kind: K) =>
  table.filter((entry): entry is [string, Extract<Rule, { for: K }>] => entry[1].for === kind);

interface Answer {
  status: number;
  text: string;
  code: string | undefined;
}

async function ask(token: string | undefined, route: string, rule: Rule, id: string = randomUUID()): Promise<Answer> {
  const [method = '', path = ''] = route.split(' ');
  const form = new FormData();
  if (rule.form) form.append('file', new File([rule.form], 'file.png', { type: 'image/png' }));
  const json = rule.body ? { 'content-type': 'application/json' } : {};
  const answer = await fetch(`${url}${path.replace('{id}', id)}${rule.query ?? ''}`, {
    method,
    redirect: 'manual',
    headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(rule.form ? { body: form } : rule.body ? { body: JSON.stringify(rule.body) } : {}),
  });
  const text = await answer.text();
  const isProblem = answer.headers.get('content-type') === 'application/problem+json';
  return { status: answer.status, text, code: isProblem ? (JSON.parse(text) as Problem).code : undefined };
}

/** On a machine that does much else. */
const SLOW_MS = 120_000;

let [owner, other, admin, disabled]: Person[] = [];
let file: FileView;
beforeAll(async () => {
  [owner, other, disabled, admin] = await Promise.all([newPerson(), newPerson(), newPerson(), newAdmin()]);
  const posted = await postForm(owner, `${MARKER}.txt`, `${MARKER} is what this file says.`);
  file = ((await posted.json()) as { file: FileView }).file;
  expect((await untilSettled(owner, file.id, SLOW_MS)).status).toBe('READY');
  const off = await admin.fetch(`/users/${disabled.id}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ disabled: true }),
  });
  expect(off.status).toBe(200);
}, 2 * SLOW_MS);

const tokenOf = (person: Person | undefined): string => person?.session.accessToken ?? '';

it('every operation of the OpenAPI document has its line here, and every line its operation', () => {
  expect(Object.keys(RULES).toSorted()).toEqual(operations.toSorted());
});

describe('nobody, and a disabled person,', () => {
  it.each(protectedRoutes)('get 401 INVALID_TOKEN from %s', async (route, rule) => {
    for (const token of [undefined, 'no-token', tokenOf(disabled)]) {
      expect(await ask(token, route, rule, file.id)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
    }
  });

  it.each(of('anybody'))('get from %s what everybody gets', async (route, rule) => {
    for (const token of [undefined, tokenOf(disabled)])
      expect((await ask(token, route, rule)).status).toBe(rule.status);
  });
});

it.each(of('optional'))('%s answers without a token, with a good one, and not with a bad one', async (route, rule) => {
  for (const token of [undefined, tokenOf(owner)]) expect((await ask(token, route, rule)).status).toBe(rule.status);
  for (const token of ['no-token', tokenOf(disabled)]) {
    expect(await ask(token, route, rule)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
  }
});

it.each(of('admin'))('a user gets 403 FORBIDDEN from %s, an administrator an answer', async (route, rule) => {
  expect(await ask(tokenOf(owner), route, rule, owner?.id)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
  expect((await ask(tokenOf(admin), route, rule, owner?.id)).status).toBe(rule.status);
});

it.each(of('webhook'))('no person’s token opens %s', async (route, rule) => {
  for (const person of [owner, admin]) {
    expect(await ask(tokenOf(person), route, rule)).toMatchObject({ status: 401, code: 'INVALID_TOKEN' });
  }
});

describe('another person, an administrator too,', () => {
  it.each(of('owner'))('gets from %s what is answered when there is no such thing', async (route, rule) => {
    for (const person of [other, admin]) {
      const theirs = await ask(tokenOf(person), route, rule, file.id);
      const none = await ask(tokenOf(person), route, rule);
      expect([theirs.status, theirs.code]).toEqual([404, 'NOT_FOUND']);
      const plain = ({ text }: Answer) => ({ ...(JSON.parse(text) as Problem), requestId: '' });
      expect(plain(theirs)).toEqual(plain(none));
    }
  });

  it.each(of('self').filter(([route]) => route !== 'DELETE /users/me'))(
    'gets only their own from %s',
    async (route, rule) => {
      for (const person of [other, admin]) {
        const { status, text } = await ask(tokenOf(person), route, rule);
        expect(status, text).toBe(rule.status);
        const { email, username, id } = owner?.session.user ?? { email: '', username: '', id: '' };
        for (const trace of [id, email, username, file.id, `${MARKER}.txt`]) expect(text).not.toContain(trace);
      }
    },
  );

  it('erases nobody but themselves, and after all this the owner has what they had', async () => {
    const rule = RULES['DELETE /users/me'];
    if (rule?.for !== 'self') throw new Error('Its line is missing.');
    const password = `${other?.session.user.username}-password`;
    const own = { ...rule, body: { password } };
    expect((await ask(tokenOf(other), 'DELETE /users/me', own)).status).toBe(rule.status);
    expect((await ask(tokenOf(other), 'GET /users/me', { for: 'self', status: 401 })).status).toBe(401);
    expect(await owner?.file(file.id)).toMatchObject({ status: 'READY', filename: `${MARKER}.txt` });
    const found = await owner?.request<{ results: { fileId: string }[] }>('POST', '/search', { query: MARKER });
    expect(found?.results.map(({ fileId }) => fileId)).toContain(file.id);
    const me = await owner?.request<{ user: object }>('GET', '/users/me');
    expect(me).toMatchObject(owner?.session.user ?? {});
  });
});
