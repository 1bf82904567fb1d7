import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { ROUTES } from '#shared/api/routes.ts';
import { extractStage } from '#shared/pipeline/extract/extract-file.ts';
import { ingest } from '#shared/pipeline/intake/intake.ts';
import { runStages } from '#shared/pipeline/stage.ts';
import { getContainer } from '#shared/runtime/container.ts';
import { makeZip } from '#testing/documents/make-zip.ts';
import { newPerson, type Person, until } from '#testing/person.ts';
import { newTestContainer } from '#testing/test-container.ts';

const PARALLEL = 20;
const ALLOWED = 5;

// The functions as they are, in this process, with settings of their own, on the shared system's database.
const { env } = inject('system');
beforeAll(() => {
  const settings = {
    QUOTA_MAX_FILES: String(ALLOWED),
    QUOTA_MAX_BYTES: '5000',
    QUOTA_SEARCHES_PER_MINUTE: String(ALLOWED),
    DATABASE_POOL_MAX: '8',
  };
  for (const [name, value] of Object.entries({ ...env, ...settings })) vi.stubEnv(name, value);
});
afterAll(() => getContainer().db.destroy());

function eventOf(person: Person, method: string, body: unknown): APIGatewayProxyEventV2 {
  const http = { method, path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' };
  const requestContext = {
    ...{ accountId: '', apiId: '', domainName: '', domainPrefix: '', http, requestId: 'test' },
    ...{ routeKey: '$default', stage: '$default', time: '', timeEpoch: 0 },
  };
  const rest = { version: '2.0', routeKey: '$default', rawPath: '/', rawQueryString: '', isBase64Encoded: false };
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  return { ...rest, headers, body: JSON.stringify(body), requestContext };
}

async function inParallel(call: (index: number) => Promise<APIGatewayProxyStructuredResultV2>) {
  const answers = await Promise.all(Array.from({ length: PARALLEL }, (_, index) => call(index)));
  return {
    taken: answers.filter(({ statusCode = 0 }) => statusCode < 300).length,
    refused: answers
      .filter(({ statusCode }) => statusCode === 429)
      .map(({ body = '', headers }) => {
        expect(headers).toMatchObject({ 'Retry-After': expect.stringMatching(/^[1-9]\d*$/) });
        return (JSON.parse(body) as Problem).code;
      }),
  };
}

const fifteen = (code: string): string[] => Array(PARALLEL - ALLOWED).fill(code);

it('twenty announcements at once do not take more files than are allowed', async () => {
  const { handler } = await import('./create.ts');
  const person = await newPerson();
  const announce = (size: number) => (index: number) =>
    handler(eventOf(person, 'POST', { filename: `${index}.txt`, size }));
  expect(await inParallel(announce(10))).toEqual({ taken: ALLOWED, refused: fifteen('QUOTA_EXCEEDED') });
  const { items } = await person.request<{ items: { id: string }[] }>('GET', '/files');
  expect(items).toHaveLength(ALLOWED);
  // Room that is made can be used.
  await person.request('DELETE', `/files/${items[0]?.id}`);
  expect((await announce(10)(99)).statusCode).toBe(201);
  expect((await announce(10)(100)).statusCode).toBe(429);
});

it('nor more bytes', async () => {
  const { handler } = await import('./create.ts');
  const person = await newPerson();
  const announce = (index: number) => handler(eventOf(person, 'POST', { filename: `${index}.txt`, size: 1_500 }));
  const { taken, refused } = await inParallel(announce);
  expect([taken, new Set(refused)]).toEqual([3, new Set(['QUOTA_EXCEEDED'])]);
});

it('twenty searches at once are no more than are allowed, and every kind of search counts', async () => {
  const { handler } = await import('#functions/search/search.ts');
  const person = await newPerson();
  const search = () => handler(eventOf(person, 'POST', { query: 'anything' }));
  expect(await inParallel(search)).toEqual({ taken: ALLOWED, refused: fifteen('RATE_LIMITED') });
  const other = await newPerson();
  expect((await handler(eventOf(other, 'POST', { query: 'anything' }))).statusCode).toBe(200);
  for (const route of ROUTES.filter(({ tag }) => tag === 'search')) expect(route.rate).toBe('searches');
});

it('what is dropped beyond the quota is FAILED with the code, and the object goes', async () => {
  const container = await newTestContainer({ QUOTA_MAX_FILES: '2' });
  const userId = '5d0f4f34-6f8e-4f5b-9a3e-2f6f6f0c7a11';
  const { everyone, storage } = container;
  await everyone.insertInto('users').values({ id: userId, email: 'd', username: 'd', password_hash: '' }).execute();
  const keys = Array.from({ length: 6 }, (_, index) => `drop/${userId}/${index}.txt`);
  for (const key of keys)
    await storage.write('incoming', key, new TextEncoder().encode(`text of ${key}`), 'text/plain');
  await Promise.all(keys.map((key) => ingest(container, { key, etag: undefined })));
  const files = await everyone.selectFrom('files').selectAll().where('user_id', '=', userId).execute();
  const refused = files.filter(({ status }) => status === 'FAILED');
  expect([files.length, refused.length]).toEqual([6, 4]);
  expect(new Set(refused.map((file) => file.error_code))).toEqual(new Set(['QUOTA_EXCEEDED']));
  await until('the objects to be gone', 5_000, async () => {
    const left = await Promise.all(keys.map((key) => storage.head('incoming', key)));
    return left.every((object) => object === undefined) ? true : undefined;
  });
  await container.close();
});

it('a document with more text than is allowed is FAILED with the code', async () => {
  const container = await newTestContainer({ MAX_TEXT_CHARS: '50000' });
  const userId = '7b1f7e5e-4f0c-4a51-9d3f-8f5a6b1c9d33';
  const { everyone, storage } = container;
  await everyone.insertInto('users').values({ id: userId, email: 't', username: 't', password_hash: '' }).execute();
  for (const [name, lines] of Object.entries({ 'long.txt': 2_000, 'short.txt': 1_000 })) {
    const key = `drop/${userId}/${name}`;
    await storage.write('incoming', key, Buffer.from('thirty characters in each line\n'.repeat(lines)), 'text/plain');
    await ingest(container, { key, etag: undefined });
  }
  const stored = await everyone.selectFrom('files').select(['id', 'generation']).execute();
  for (const { id, generation } of stored)
    await runStages(container, [extractStage(container)], { fileId: id, generation });
  const files = await everyone
    .selectFrom('files')
    .select(['filename', 'status', 'error_code'])
    .orderBy('filename')
    .execute();
  expect(files).toEqual([
    { filename: 'long.txt', status: 'FAILED', error_code: 'RESOURCE_LIMIT' },
    { filename: 'short.txt', status: 'EXTRACTED', error_code: null },
  ]);
  await container.close();
});

it('what comes out of an archive counts too: files beyond the quota are left out of it, and it says so', async () => {
  const container = await newTestContainer({ QUOTA_MAX_FILES: '3' });
  const userId = '0c2a1c1e-9a58-4f0e-8d6f-3a4f5a0b7c22';
  const { everyone, storage } = container;
  await everyone.insertInto('users').values({ id: userId, email: 'z', username: 'z', password_hash: '' }).execute();
  const key = `drop/${userId}/all.zip`;
  const entries = Array.from({ length: 5 }, (_, index) => ({ name: `${index}.txt`, data: `text ${index}` }));
  await storage.write('incoming', key, Uint8Array.from(makeZip(entries)), 'application/zip');
  await ingest(container, { key, etag: undefined });
  const { id, generation } = await everyone.selectFrom('files').selectAll().executeTakeFirstOrThrow();
  await runStages(container, [extractStage(container)], { fileId: id, generation });
  const files = await everyone.selectFrom('files').selectAll().orderBy('filename').execute();
  expect(files.map(({ filename, status }) => [filename, status])).toEqual([
    ['0.txt', 'STORED'],
    ['1.txt', 'STORED'],
    ['all.zip', 'EXTRACTED'],
  ]);
  expect(files[2]?.warnings).toEqual(
    ['2.txt', '3.txt', '4.txt'].map((name) =>
      expect.stringMatching(`^${name} was skipped: The limit is 3 files per user, and you have 3\\.`),
    ),
  );
  await container.close();
});
