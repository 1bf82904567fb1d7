import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { renameFile } from '#shared/db/files-repository.ts';
import { setAccess } from '#shared/db/users-repository.ts';
import { deleteFile } from '#shared/files/delete-file.ts';
import { storeFormFile } from '#shared/files/store-form-file.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { requestErasure } from '#shared/users/erase/request-erasure.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { type IntakeDeps, ingest } from './intake.ts';

let container: TestContainer;
let userId: string;
let deps: IntakeDeps;
beforeEach(async () => {
  const settings = { LOG_LEVEL: 'silent', QDRANT_TIMEOUT_MS: '1000', OUTBOX_LEASE_SECONDS: '3' };
  container = await newTestContainer(settings);
  userId = await insertTestUser(container.everyone);
  deps = container;
});
afterEach(() => container.close());

/** A form's bytes in the incoming bucket, not taken in yet. */
async function arrive(text: string): Promise<{ id: string; key: string }> {
  const form = { filename: 'a.txt', contentType: 'text/plain', bytes: Buffer.from(text) };
  const { id } = await storeFormFile(container, userId, form);
  return { id, key: `uploads/${id}` };
}

/** As {@link IntakeDeps}, with `after` between the end of each write into storage and the next step. */
function afterWriting(after: () => Promise<unknown>): IntakeDeps {
  const { content } = deps;
  const write = async (...args: Parameters<typeof content.write>) => {
    await content.write(...args);
    await after();
  };
  return { ...deps, content: { ...content, write } };
}

const kill = (): Promise<never> => Promise.reject(new Error('killed'));
const take = (key: string, using = deps) => ingest(using, { key, etag: undefined });

async function objectsOf(fileId: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of container.storage.list('storage', `files/${userId}/${fileId}/`)) keys.push(key);
  return keys;
}

const filesOf = () => container.everyone.selectFrom('files').selectAll().where('user_id', '=', userId).execute();
const looseObjects = () => container.everyone.selectFrom('loose_objects').selectAll().execute();
const publish = () => publishPending(container, 5_000);

/** Everything that waits for its time, now. */
async function passTime(): Promise<void> {
  const past = new Date(0);
  await container.everyone.updateTable('loose_objects').set({ due_at: past, last_at: past }).execute();
  await container.everyone.updateTable('tombstones').set({ not_before: past }).execute();
  await publish();
}

describe('bytes that were stored by an intake that broke', () => {
  it.each([
    ['it was killed', () => kill()],
    ['the database broke off', () => breakConnections()],
  ])('go when another stores them: %s', async (_, broken) => {
    const { id, key } = await arrive('the text of a file');
    await expect(take(key, afterWriting(broken))).rejects.toThrow();
    await take(key);
    await publish();
    const [file] = await filesOf();
    expect(await objectsOf(id)).toEqual([file?.content_key]);
    await passTime();
    expect(await looseObjects()).toEqual([]);
    expect(await objectsOf(id)).toEqual([file?.content_key]);
  });

  it('go when the file is deleted and its tombstone carried out meanwhile', async () => {
    const { id, key } = await arrive('the text of a file that is deleted');
    const { write } = deps.content;
    const slow = async (...args: Parameters<typeof write>) => {
      await deleteFile(container, userId, id);
      for (const _ of ['first pass', 'second pass']) {
        await container.everyone
          .updateTable('tombstones')
          .set({ not_before: new Date(0) })
          .execute();
        await publish();
      }
      await write(...args);
      await kill();
    };
    await expect(take(key, { ...deps, content: { ...deps.content, write: slow } })).rejects.toThrow('killed');
    expect(await filesOf()).toEqual([]);
    expect(await objectsOf(id)).toHaveLength(1);
    await take(key);
    await passTime();
    expect(await objectsOf(id)).toEqual([]);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await looseObjects()).toEqual([]);
  });

  it('are not taken any more when their removal has begun', async () => {
    const { id, key } = await arrive('the text of a file');
    const late = afterWriting(async () => {
      await container.everyone
        .updateTable('loose_objects')
        .set({ due_at: new Date(0) })
        .execute();
      await publish();
    });
    await expect(take(key, late)).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
    await take(key);
    const [file] = await filesOf();
    expect(file).toMatchObject({ status: 'STORED' });
    expect(await objectsOf(id)).toEqual([file?.content_key]);
  });
});

async function breakConnections(): Promise<void> {
  const admin = new pg.Client({ connectionString: container.config.DATABASE_URL });
  await admin.connect();
  await admin.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  await admin.end();
  await Promise.all(
    [container.db, container.everyone].map((db) => sql`select`.execute(db).catch(() => sql`select`.execute(db))),
  );
  throw new Error('the connection was ended');
}

describe('a dropped file', () => {
  const drop = async (text: string) => {
    const key = `drop/${userId}/note.txt`;
    await container.storage.write('incoming', key, Buffer.from(text), 'text/plain');
    return key;
  };
  /** Dies before it removes the object it took in. */
  const killedAtTheEnd = (): IntakeDeps => ({ ...deps, storage: { ...deps.storage, delete: kill } });

  it('that was taken in and deleted does not come back with its event', async () => {
    const key = await drop('a text that the person deletes');
    await expect(take(key, killedAtTheEnd())).rejects.toThrow('killed');
    const [file] = await filesOf();
    await deleteFile(container, userId, file?.id ?? '');
    await take(key);
    await passTime();
    await passTime();
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await filesOf()).toEqual([]);
  });

  it('that nobody sends an event for is removed, too', async () => {
    const key = await drop('a text that the person deletes');
    await expect(take(key, killedAtTheEnd())).rejects.toThrow('killed');
    await passTime();
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await looseObjects()).toEqual([]);
    expect(await filesOf()).toMatchObject([{ status: 'STORED' }]);
  });

  it('is taken in once more when it is dropped once more after it was deleted', async () => {
    const key = await drop('the same text twice');
    const first = await container.storage.head('incoming', key);
    await expect(take(key, killedAtTheEnd())).rejects.toThrow('killed');
    const [file] = await filesOf();
    await deleteFile(container, userId, file?.id ?? '');
    // Whole seconds tell two objects of the same bytes apart.
    for (;;) {
      await drop('the same text twice');
      const again = await container.storage.head('incoming', key);
      if (again?.lastModified?.getTime() !== first?.lastModified?.getTime()) break;
    }
    await publish();
    await take(key);
    const here = (await filesOf()).filter(({ deleted_at }) => deleted_at === null);
    expect(here).toMatchObject([{ status: 'STORED' }]);
    expect(here[0]?.id).not.toBe(file?.id);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
  });
});

describe('bytes of an account that may not store any more', () => {
  const disable = () => asUser(container.db, userId, (trx) => setAccess(trx, userId, { disabled_at: new Date() }));

  it('that were announced before it was disabled are refused', async () => {
    const { id, key } = await arrive('announced before, sent after');
    await disable();
    await take(key);
    expect(await filesOf()).toMatchObject([{ id, status: 'FAILED', error_code: 'FORBIDDEN', content_key: null }]);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
    expect(await objectsOf(id)).toEqual([]);
  });

  it('that are dropped for a disabled one are refused, with a file that says why', async () => {
    await disable();
    const key = `drop/${userId}/late.txt`;
    await container.storage.write('incoming', key, Buffer.from('dropped after'), 'text/plain');
    await take(key);
    const [file] = await filesOf();
    expect(file).toMatchObject({ status: 'FAILED', error_code: 'FORBIDDEN' });
    expect(file?.error_message).toContain('disabled');
    expect(await container.storage.head('incoming', key)).toBeUndefined();
  });

  it('that arrive for one that is being erased are removed without a trace', async () => {
    await requestErasure(container, userId, { address: '127.0.0.1', requestId: 'test' });
    const key = `drop/${userId}/${randomUUID()}.txt`;
    await container.storage.write('incoming', key, Buffer.from('dropped after'), 'text/plain');
    await take(key);
    expect(await filesOf()).toEqual([]);
    expect(await container.storage.head('incoming', key)).toBeUndefined();
  });
});

it('a file that is renamed while its bytes are stored keeps the new name', async () => {
  const { id, key } = await arrive('What is renamed on its way.');
  const rename = () => asUser(container.db, userId, (trx) => renameFile(trx, userId, id, 'renamed.txt'));
  await take(key, afterWriting(rename));
  const { filename, sha256 } = await container.everyone
    .selectFrom('files')
    .select(['filename', 'sha256'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(sha256).not.toBeNull();
  expect(filename).toBe('renamed.txt');
});
