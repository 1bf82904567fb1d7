import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { registerBody } from '#shared/api/accounts.ts';
import { encryptField } from '#shared/crypto/field-cipher.ts';
import { asUser } from '#shared/db/as-user.ts';
import { saveConnection } from '#shared/db/drive-connections-repository.ts';
import { findUser } from '#shared/db/users-repository.ts';
import { driveProvider } from '#shared/drive/drive-provider.ts';
import { tokenPlace } from '#shared/drive/refresh-token.ts';
import { AppError } from '#shared/errors/app-error.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
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
  await publishPending(container, 10_000);
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
    const passes = await finish(container, container, userId, async (pass) => {
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
  const broken = () => Promise.reject(new Error('crashed'));
  const crashes: EraseDeps[] = [
    withParts(container, {
      storage: { ...container.storage, list: () => ({ [Symbol.asyncIterator]: () => ({ next: broken }) }) },
    }),
    withParts(container, { storage: { ...container.storage, delete: broken } }),
    withParts(container, { vectorIndex: { ...container.vectorIndex, dropOwner: broken } }),
    withParts(container, { cache: { ...container.cache, deletePrefix: broken } }),
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
  expect(await finish(container, container, userId)).toBe(4);
  expect(await traces()).toEqual([]);
});

/** As if they had agreed to it at Google. */
async function connectDriveOf({ db, keyring }: TestContainer, userId: string): Promise<void> {
  const token = encryptField(keyring, 'a refresh token', tokenPlace(userId));
  const connection = { userId, id: randomUUID(), account: 'someone@drive.example', token };
  await asUser(db, userId, (trx) => saveConnection(trx, connection));
}

it.each([
  ['DRIVE_UNAVAILABLE', 'waits for'],
  ['DEPENDENCY_UNAVAILABLE', 'waits for'],
  ['INTEGRITY_ERROR', 'goes on without'],
] as const)('after %s %s the end of the consent', async (code, how) => {
  const { container, userId } = await setUp('shared');
  await requestErasure(container, userId, FROM);
  const withRevoke = (revoke: DriveProvider['revoke']) =>
    withParts(container, { drive: { ...driveProvider(container), revoke } });
  await connectDriveOf(container, userId);
  await eraseStep(
    withRevoke(() => Promise.reject(new AppError(code))),
    userId,
  );
  expect(await container.vectorIndex.count(userId)).toBe(how === 'waits for' ? 3 : 0);
  const granted = withRevoke(async () => undefined);
  expect(await finish(container, granted, userId)).toBe(how === 'waits for' ? 4 : 3);
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
  expect(await finish(container, container, userId)).toBe(4);
  const left = await traces();
  // The other's own row says these names, and is theirs.
  expect(left.map(({ where }) => where)).toEqual(['users']);
  expect(await findUser(container.everyone, other)).toMatchObject(names);
});
