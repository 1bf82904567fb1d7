import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { ExportView } from '#shared/api/own-data.ts';
import type { Problem } from '#shared/api/problem.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { ACROSS_ROLE } from '#shared/db/roles.ts';
import { readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container } from '#shared/runtime/container.ts';
import { personPrefixes } from '#shared/users/erase/clear-stores.ts';
import { makePlainPng, RED } from '#testing/documents/make-plain-png.ts';
import { findTraces } from '#testing/find-traces.ts';
import { connectDrive } from '#testing/google.ts';
import { newPerson, until, untilSettled, uploadBytes } from '#testing/person.ts';
import { readZip } from '#testing/read-zip.ts';

const WORDS = 'the heliotrope ledger of Skerry Bay';

let container: Container;
let everyone: Db;
beforeAll(() => {
  const { env } = inject('system');
  for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) process.env[key] = env[key];
  container = buildContainer(readConfig(env));
  everyone = openDatabase({ url: env.DATABASE_URL ?? '', poolMax: 1, role: ACROSS_ROLE });
});
afterAll(async () => {
  await everyone.destroy();
  await container.db.destroy();
});

/** The queues of the local cloud that hold a message with one of these words in it. */
function queuesThatName(words: readonly string[]): string[] {
  const dataDir = dirname(inject('system').env.MODEL_DIR ?? '');
  const queues = new DatabaseSync(join(dataDir, 'sqs', 'fauxqs.db'), { readOnly: true });
  try {
    const messages = queues.prepare('select queue_name as queue, body from sqs_messages').all();
    return messages.flatMap(({ queue, body }) => (words.some((word) => `${body}`.includes(word)) ? [`${queue}`] : []));
  } finally {
    queues.close();
  }
}

it('gives a person all that is stored about them, in an archive that is encrypted in the bucket', async () => {
  const person = await newPerson();
  expect(await person.request<ExportView>('GET', '/users/me/export')).toMatchObject({ status: 'NONE', url: null });
  const text = `First page: ${WORDS}.`;
  const file = await uploadBytes(person, 'ledger.txt', text);
  await untilSettled(person, file.id);
  await untilSettled(person, (await uploadBytes(person, 'ledger again.txt', text)).id);
  const place = { userId: person.id, fileId: file.id, generation: 1, page: 1 };
  await container.previews.write(place, await makePlainPng(RED));

  const asked = await person.fetch('/users/me/export', { method: 'POST' });
  expect(asked.status).toBe(202);
  expect(await asked.json()).toMatchObject({ status: 'PENDING', url: null });
  const ready = await until('the archive', 30_000, async () => {
    const view = await person.request<ExportView>('GET', '/users/me/export');
    return view.status === 'PENDING' ? undefined : view;
  });
  expect(ready).toMatchObject({ status: 'READY' });
  const answer = await fetch(ready.url ?? '');
  expect(answer.headers.get('content-type')).toBe('application/zip');
  const bytes = await answer.bytes();
  expect(bytes).toHaveLength(ready.size ?? -1);

  const entries = await readZip(bytes);
  expect(entries.get(`files/${file.id}/ledger.txt`)?.toString()).toBe(text);
  expect(entries.get(`texts/${file.id}.txt`)?.toString()).toBe(text);
  expect([...entries.keys()].filter((path) => path.endsWith('/ledger again.txt'))).toHaveLength(1);
  expect(JSON.parse(entries.get('profile.json')?.toString() ?? '')).toEqual(person.session.user);
  expect(entries.get('data/audit_events.jsonl')?.toString()).toContain('account.registered');
  expect(entries.get('data/files.jsonl')?.toString()).toContain(file.sha256 ?? file.id);
  // Nothing that would let whoever has the archive act as the person.
  for (const [path, content] of entries) expect(content.toString('latin1'), path).not.toMatch(/\$2[aby]\$|token_hash/);

  // Files, the small copy of the picture, the archive: the bucket holds none of their words, nor what their formats begin with.
  const known = [WORDS, 'ledger', 'heliotrope', person.session.user.email, 'PK\x03\x04', '\x89PNG', 'WEBP', 'IHDR'];
  let objects = 0;
  for (const { bucket, prefix } of personPrefixes(person.id)) {
    for await (const { key } of container.storage.list(bucket, prefix)) {
      const object = await container.storage.read(bucket, key);
      const raw = Buffer.concat(await (object?.body.toArray() ?? []));
      expect(raw.toString('latin1', 0, 8)).toBe('OMNIRAGF');
      for (const words of known) expect(raw.includes(Buffer.from(words, 'latin1')), words).toBe(false);
      objects += 1;
    }
  }
  expect(objects).toBe(4);
  // The address is worth nothing to another person's file, and the file's none here.
  const stream = new URL(ready.url ?? '');
  expect((await fetch(`${stream.origin}/content/${file.id}${stream.search}`)).status).toBe(401);
  const range = await fetch(ready.url ?? '', { headers: { range: 'bytes=0-3' } });
  expect([range.status, await range.text()]).toEqual([206, 'PK\x03\x04']);
});

it('erases a person: nobody can sign in from the first moment, and nothing is left in any store', async () => {
  const person = await newPerson();
  const { email, username } = person.session.user;
  const file = await uploadBytes(person, 'heliotrope-secret.txt', `${WORDS} of ${username}`);
  await untilSettled(person, file.id);
  const drive = await connectDrive(person, [{ name: 'heliotrope-secret-3.txt', content: WORDS }]);
  await drive.sync();
  await person.request('POST', '/search', { query: WORDS });
  await person.request('POST', '/users/me/export');
  const waiting = await person.request<{ file: { id: string } }>('POST', '/files', {
    filename: 'heliotrope-secret-2.txt',
    size: 9_000_000,
  });
  const needles = [person.id, email, username, file.id, waiting.file.id, 'heliotrope-secret'] as const;
  const traces = () => findTraces({ everyone, ...container }, needles);
  const before = (await traces()).map((trace) => trace.where);
  expect(before).toEqual(
    expect.arrayContaining(['users', 'files', 'chunks', 'pages', 'audit_events', 'bucket storage', 'vector store']),
  );

  const erase = (body?: object) =>
    person.fetch('/users/me', {
      method: 'DELETE',
      headers: { 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  const refusals = [];
  for (const body of [undefined, {}, { password: 'wrong horse' }]) {
    const answer = await erase(body);
    const { code, errors } = (await answer.json()) as Problem;
    refusals.push([answer.status, code, errors?.map(({ field }) => field)]);
  }
  expect(refusals).toEqual([
    [400, 'VALIDATION_ERROR', ['password']],
    [400, 'VALIDATION_ERROR', ['password']],
    [401, 'INVALID_CREDENTIALS', undefined],
  ]);
  expect((await person.fetch(`/files/${file.id}`)).status).toBe(200);
  const password = `${username}-password`;
  expect((await erase({ password })).status).toBe(202);
  expect((await person.fetch('/users/me')).status).toBe(401);
  const { url } = inject('system');
  const post = (path: string, body: object) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post('/auth/login', { login: email, password })).status).toBe(401);
  expect((await post('/auth/refresh', { refreshToken: person.session.refreshToken })).status).toBe(401);

  // The rows that stay for a quarter of an hour say that it is to be cleared again, and what may come for the open upload.
  await until('all traces to be gone', 60_000, async () => {
    const left = (await traces()).filter((trace) => trace.where !== 'rate_limits');
    return left.every((trace) => ['erasures', 'loose_objects'].includes(trace.where)) ? true : undefined;
  });
  // Nor waits any work for them, but the message that has everything cleared again.
  await until('the queues to hold nothing of them', 30_000, async () =>
    queuesThatName(needles).every((queue) => queue === 'omnirag-erase') ? true : undefined,
  );
  // Google was told, and not left with a consent that nobody could end any more.
  expect((await drive.requests()).counts).toMatchObject({ revoke: 1 });
  // The name is free again.
  expect((await post('/auth/register', { email, username, password })).status).toBe(201);
});
