import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import type { AccountView, AuditEventView } from '#shared/api/administration.ts';
import type { Problem } from '#shared/api/problem.ts';
import { newAdmin } from '#testing/admin.ts';
import { newPerson, type Person, postForm } from '#testing/person.ts';

const { url, env } = inject('system');
const JSON_TYPE = { 'content-type': 'application/json' };

async function ask(person: Person, method: string, path: string, body?: unknown) {
  const init = body === undefined ? { method } : { method, headers: JSON_TYPE, body: JSON.stringify(body) };
  const response = await person.fetch(path, init);
  const text = await response.text();
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
}

let admin: Person;
let person: Person;
beforeAll(async () => {
  [admin, person] = [await newAdmin(), await newPerson()];
});

describe('administrators', () => {
  it('list accounts page by page', async () => {
    const [one, two] = [await newPerson(), await newPerson()];
    const first = await ask(admin, 'GET', '/users?limit=1&q=p-');
    expect(first.status).toBe(200);
    const seen: AccountView[] = [...first.body.items];
    let { nextCursor } = first.body;
    while (nextCursor !== null && !seen.some(({ id }) => id === one.id)) {
      const { body } = await ask(admin, 'GET', `/users?limit=1&q=p-&cursor=${nextCursor}`);
      expect(body.items).toHaveLength(1);
      seen.push(...body.items);
      nextCursor = body.nextCursor;
    }
    expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
    expect(seen.find(({ id }) => id === two.id)).toEqual({ ...two.session.user, disabled: false });
  });

  it('disable an account: its next request, refresh and login are refused; and let it in again', async () => {
    const person = await newPerson();
    const disabled = await ask(admin, 'PATCH', `/users/${person.id}`, { disabled: true });
    expect(disabled).toMatchObject({ status: 200, body: { id: person.id, disabled: true } });
    expect(await ask(person, 'GET', '/files')).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } });
    const { username } = person.session.user;
    const refresh = await ask(person, 'POST', '/auth/refresh', { refreshToken: person.session.refreshToken });
    expect(refresh).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } });
    const credentials = { login: username, password: `${username}-password` };
    expect(await ask(person, 'POST', '/auth/login', credentials)).toMatchObject({ status: 403 });
    const wrong = await ask(person, 'POST', '/auth/login', { ...credentials, password: 'wrong horse' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    await ask(admin, 'PATCH', `/users/${person.id}`, { disabled: false });
    expect((await ask(person, 'GET', '/files')).status).toBe(401);
    expect((await ask(person, 'POST', '/auth/login', credentials)).status).toBe(200);
  });

  it('give and take roles, which count at the next request with the token that is there', async () => {
    expect(await ask(person, 'GET', '/users')).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    await ask(admin, 'PATCH', `/users/${person.id}`, { role: 'admin' });
    expect((await ask(person, 'GET', '/users')).status).toBe(200);
    await ask(admin, 'PATCH', `/users/${person.id}`, { role: 'user' });
    expect((await ask(person, 'GET', '/users')).status).toBe(403);
  });

  it('never see what another person stored', async () => {
    const { file } = (await (await postForm(person, 'diary.txt', 'Dear diary')).json()) as { file: { id: string } };
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/content'],
      ['GET', '/text'],
      ['POST', '/reprocess'],
      ['DELETE', ''],
    ] as const) {
      expect((await ask(admin, method, `/files/${file.id}${path}`)).status).toBe(404);
    }
    expect((await ask(admin, 'GET', '/files')).body.items).toEqual([]);
  });

  it.each([
    ['GET', '/users', undefined],
    ['GET', '/audit', undefined],
    ['PATCH', '/users/00000000-0000-4000-8000-000000000000', { role: 'admin' }],
  ])('alone may %s %s', async (method, path, body) => {
    expect(await ask(person, method, path, body)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    expect((await fetch(`${url}${path}`, { method })).status).toBe(401);
  });

  it('get an answer to what is not there or not valid', async () => {
    const nobody = '/users/00000000-0000-4000-8000-000000000000';
    expect((await ask(admin, 'PATCH', nobody, { disabled: true })).status).toBe(404);
    expect((await ask(admin, 'PATCH', '/users/nobody', { disabled: true })).status).toBe(404);
    for (const body of [{}, { role: 'root' }, { email: 'a@example.org' }, { disabled: 'yes' }]) {
      expect(await ask(admin, 'PATCH', nobody, body)).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_ERROR' },
      });
    }
  });
});

describe('one’s own account', () => {
  it('gets another e-mail address for the old password', async () => {
    const person = await newPerson();
    const { username } = person.session.user;
    const email = `${username}-new@example.org`;
    const oldPassword = `${username}-password`;
    const wrong = await ask(person, 'PATCH', '/users/me', { email, oldPassword: 'wrong horse' });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'INVALID_CREDENTIALS' } });
    const changed = await ask(person, 'PATCH', '/users/me', { email, oldPassword });
    expect(changed).toEqual({ status: 200, body: { ...person.session.user, email } });
    expect((await ask(person, 'GET', '/users/me')).body.email).toBe(email);
    const other = await newPerson();
    const taken = await ask(person, 'PATCH', '/users/me', {
      email: other.session.user.email.toUpperCase(),
      oldPassword,
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'ACCOUNT_EXISTS' } });
  });

  it.each([
    ['role', { role: 'admin' }],
    ['disabled', { disabled: false }],
    ['id', { id: '00000000-0000-4000-8000-000000000000' }],
    ['username', { username: 'root' }],
    ['oldPassword', { oldPassword: undefined }],
    ['', { password: undefined }],
    ['password', { password: `${'x'.repeat(71)}é` }],
    ['email', { email: 'nobody' }],
  ])('refuses a wrong %s by name, without any value', async (field, more) => {
    const body = { oldPassword: `${person.session.user.username}-password`, password: 'battery staple', ...more };
    const answer = await ask(person, 'PATCH', '/users/me', body);
    const problem: Problem = answer.body;
    expect([answer.status, problem.code, problem.errors?.map((error) => error.field)]).toEqual([
      400,
      'VALIDATION_ERROR',
      [field],
    ]);
    expect(JSON.stringify(problem)).not.toMatch(/staple|xxx|-password/);
    expect((await ask(person, 'GET', '/users/me')).body).toEqual(person.session.user);
  });
});

describe('the audit log', () => {
  it('says who did what, to whom and from where', async () => {
    const person = await newPerson();
    const { file } = (await (await postForm(person, 'a.txt', 'words')).json()) as { file: { id: string } };
    await ask(person, 'DELETE', `/files/${file.id}`);
    await ask(person, 'POST', '/auth/login', { login: person.session.user.email, password: 'wrong horse' });
    await ask(admin, 'PATCH', `/users/${person.id}`, { disabled: true });
    const { body } = await ask(admin, 'GET', `/audit?userId=${person.id}&limit=3`);
    const events: AuditEventView[] = body.items;
    expect(events.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['account.disabled', admin.id],
      ['login.failed', null],
      ['file.deleted', person.id],
    ]);
    expect(events[2]?.targetId).toBe(file.id);
    expect(events.every(({ address, requestId }) => address === '127.0.0.1' && requestId !== null)).toBe(true);
    const rest = await ask(admin, 'GET', `/audit?userId=${person.id}&cursor=${body.nextCursor}`);
    expect(rest.body).toMatchObject({ items: [{ action: 'account.registered' }], nextCursor: null });
    expect(JSON.stringify(body)).not.toMatch(/horse|a\.txt/);
  });
});

it('npm run admin grants and takes the role', async () => {
  const person = await newPerson();
  const { email } = person.session.user;
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['cli/admin.ts', ...args], { env: { ...process.env, ...env } });
  expect((await run('grant', email.toUpperCase())).stdout).toBe(
    `${email} now has the role "admin". It takes effect with the next request.\n`,
  );
  expect((await ask(person, 'GET', '/users')).status).toBe(200);
  await run('revoke', email);
  expect((await ask(person, 'GET', '/users')).status).toBe(403);
  await expect(run('grant', 'nobody@example.org')).rejects.toMatchObject({
    code: 1,
    stderr: 'No account has the email address nobody@example.org.\n',
  });
});

it('npm run admin makes an account, and says what is wrong with one', async () => {
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, ['cli/admin.ts', 'create-account', ...args], {
      env: { ...process.env, ...env, REGISTRATION: 'closed' },
    });
  const name = `c-${randomUUID().slice(0, 13)}`;
  const { stdout } = await run(`${name}@example.org`);
  const password = /^ {2}(\S+)$/m.exec(stdout)?.[1];
  const credentials = { login: name, password };
  const { status, body } = await ask(person, 'POST', '/auth/login', credentials);
  expect([status, body.user]).toMatchObject([200, { email: `${name}@example.org`, username: name, role: 'user' }]);
  await expect(run(`${name}@example.org`, 'another')).rejects.toMatchObject({
    stderr: expect.stringMatching(/exists/),
  });
  await expect(run('admin@example.org')).rejects.toMatchObject({
    stderr: expect.stringMatching(/^username is reserved/),
  });
});
