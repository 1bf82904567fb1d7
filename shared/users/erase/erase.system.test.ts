import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { registerBody } from '#shared/api/accounts.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { eraseDeps, publishDeps } from '#shared/runtime/use-case-deps.ts';
import { findTraces } from '#testing/find-traces.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { type EraseDeps, eraseStep } from './erase-step.ts';
import { requestErasure } from './request-erasure.ts';
import { resendErasures } from './resend-erasures.ts';

const FROM = { address: '127.0.0.1', requestId: 'test' };
const MODEL = { id: 'test-model', dimensions: 2, maxTokens: 512 };
const open: TestContainer[] = [];
afterEach(async () => {
  for (const container of open.splice(0)) await container.close();
});

async function setUp(tenancy: 'shared' | 'collection-per-user') {
  const container = await newTestContainer({ QDRANT_TENANCY: tenancy, DATABASE_POOL_MAX: '1' });
  open.push(container);
  const [userId, other] = [await insertTestUser(container.everyone), await insertTestUser(container.everyone)];
  const files = [];
  for (const person of [userId, other]) {
    files.push(await insertEmbeddedFile(container.everyone, person, { chunks: 3 }));
  }
  await publishPending(publishDeps(container), 10_000);
  const keys = [`files/${userId}/${randomUUID()}/1-a`, `files/${other}/${randomUUID()}/1-a`];
  for (const key of keys) await container.storage.write('storage', key, Buffer.from('x'), 'text/plain');
  await container.cache.set(`person:${userId}:query-vector:x`, '1', 60);
  const fileId = files[0]?.fileId ?? '';
  return { container, userId, other, fileId, traces: () => findTraces(container, [userId, fileId]) };
}

/** Passes of the sweep until no erasure is under way, each when it is due. */
async function finish(container: TestContainer, deps: EraseDeps, userId: string, between?: (pass: number) => unknown) {
  for (let pass = 1; ; pass += 1) {
    await container.everyone
      .updateTable('erasures')
      .set({ not_before: new Date(0) })
      .execute();
    if ((await resendErasures(container)) === 0) return pass - 1;
    await eraseStep(deps, userId);
    await between?.(pass);
  }
}

it.each(['shared', 'collection-per-user'] as const)(
  'clears again what lands late, and nothing of others (%s)',
  async (tenancy) => {
    const { container, userId, other, fileId, traces } = await setUp(tenancy);
    await requestErasure(container, userId, FROM);
    const point = {
      id: randomUUID(),
      fileId,
      generation: 1,
      chunkIndex: 9,
      page: 1,
      dense: [1, 0],
      sparse: { indices: [1], values: [1] },
    };
    const passes = await finish(container, eraseDeps(container), userId, async (pass) => {
      if (pass > 3) return;
      // A request that was under way when everything was cleared.
      await container.vectorIndex.ensure(userId, MODEL);
      await container.vectorIndex.upsert(userId, MODEL, [point]);
      await container.storage.write('storage', `files/${userId}/${fileId}/2-late`, Buffer.from('x'), 'text/plain');
    });
    expect(passes).toBe(4);
    expect(await traces()).toEqual([]);
    expect(await container.cache.get(`person:${userId}:query-vector:x`)).toBeUndefined();
    expect(await container.vectorIndex.count(other)).toBe(3);
    expect((await findTraces(container, [other])).map((trace) => trace.where)).toEqual(
      expect.arrayContaining(['chunks', 'files', 'pages', 'users', 'bucket storage', 'vector store']),
    );
  },
);

it('goes on after a crash at any of its calls', async () => {
  const { container, userId, traces } = await setUp('collection-per-user');
  await requestErasure(container, userId, FROM);
  const real = eraseDeps(container);
  const broken = () => Promise.reject(new Error('crashed'));
  const crashes: EraseDeps[] = [
    { ...real, storage: { ...real.storage, list: () => ({ [Symbol.asyncIterator]: () => ({ next: broken }) }) } },
    { ...real, storage: { ...real.storage, delete: broken } },
    { ...real, vectorIndex: { ...real.vectorIndex, dropOwner: broken } },
    { ...real, cache: { ...real.cache, deletePrefix: broken } },
  ];
  for (const deps of crashes) {
    await eraseStep(deps, userId);
    expect((await traces()).map((trace) => trace.where)).toContain('erasures');
    await container.everyone
      .updateTable('erasures')
      .set({ not_before: new Date(0) })
      .execute();
  }
  // As good as new: four passes, none counted for those that broke.
  expect(await finish(container, real, userId)).toBe(4);
  expect(await traces()).toEqual([]);
});

it.each([
  ['DRIVE_UNAVAILABLE', 'waits for'],
  ['DEPENDENCY_UNAVAILABLE', 'waits for'],
  ['INTEGRITY_ERROR', 'goes on without'],
] as const)('after %s %s the end of the consent', async (code, how) => {
  const { container, userId } = await setUp('shared');
  await requestErasure(container, userId, FROM);
  const endConsent = () => Promise.reject(new AppError(code));
  await eraseStep({ ...eraseDeps(container), endConsent }, userId);
  expect(await container.vectorIndex.count(userId)).toBe(how === 'waits for' ? 3 : 0);
  expect(await finish(container, eraseDeps(container), userId)).toBe(how === 'waits for' ? 4 : 3);
});

it('refuses to erase the last administrator, and changes nothing then', async () => {
  const { container, userId } = await setUp('shared');
  await container.everyone.updateTable('users').set({ role: 'admin' }).where('id', '=', userId).execute();
  await expect(requestErasure(container, userId, FROM)).rejects.toMatchObject({ code: 'CONFLICT' });
  const files = container.everyone.selectFrom('files').select('deleted_at').where('user_id', '=', userId);
  expect(await files.execute()).toEqual([{ deleted_at: null }]);
});

it('erases a person whose id somebody else chose as their name, and in their address', async () => {
  const { container, userId, other, traces } = await setUp('shared');
  const rename = (id: string, names: { username: string; email: string }) =>
    container.everyone.updateTable('users').set(names).where('id', '=', id).execute();
  await rename(userId, { username: 'victim', email: 'victim@example.org' });
  const names = { username: userId, email: `${userId}@erased.invalid` };
  await rename(other, names);
  await requestErasure(container, userId, FROM);
  const tombstone = await findUser(container.everyone, userId);
  const chosen = registerBody.safeParse({ ...tombstone, password: 'correct horse' });
  expect(chosen.error?.issues.map(({ path }) => path[0])).toEqual(expect.arrayContaining(['email', 'username']));
  // No address that somebody could have registered before either.
  expect(tombstone?.email).not.toContain('@');
  expect(await finish(container, eraseDeps(container), userId)).toBe(4);
  const left = await traces();
  // The other's own row says these names, and is theirs.
  expect(left.map(({ where }) => where)).toEqual(['users']);
  expect(await findUser(container.everyone, other)).toMatchObject(names);
});
