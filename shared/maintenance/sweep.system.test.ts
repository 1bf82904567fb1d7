import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replaceUpload } from '#shared/db/uploads-repository.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { withLimits } from '#testing/with-limits.ts';
import { expireUploads, resendArrivals, resendStages } from './sweep.ts';

let container: TestContainer;
let userId: string;

beforeEach(async () => {
  container = await newTestContainer();
  userId = await insertTestUser(container.everyone);
});
afterEach(() => container.close());

/** What stands still is sent on at once. */
const atOnce = () => withLimits(container, { sweep: { afterSeconds: 0 } });

async function runSweep() {
  const deps = atOnce();
  return {
    stages: await resendStages(deps),
    objects: await resendArrivals(deps),
    expired: await expireUploads(deps),
  };
}

async function openExpiredUpload(fileId: string): Promise<void> {
  await replaceUpload(container.everyone, {
    file_id: fileId,
    user_id: userId,
    object_key: `uploads/${fileId}`,
    filename: 'late.txt',
    content_type: 'text/plain',
    size: 3,
    expires_at: new Date(Date.now() - 1_000),
    created_at: new Date(),
  });
}

async function setFile(fileId: string, changes: { status: 'UPLOADING' | 'READY'; live?: boolean; fresh?: boolean }) {
  await container.everyone
    .updateTable('files')
    .set({
      status: changes.status,
      ...(changes.live ? { live_generation: 1 } : {}),
      ...(changes.fresh ? { generation: 0, content_generation: null } : {}),
    })
    .where('id', '=', fileId)
    .execute();
}

async function statusOf(fileId: string): Promise<string> {
  return (
    await container.everyone.selectFrom('files').select('status').where('id', '=', fileId).executeTakeFirstOrThrow()
  ).status;
}

describe('an upload that never came', () => {
  it('fails a file that has nothing else', async () => {
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
    await setFile(fileId, { status: 'UPLOADING', fresh: true });
    await openExpiredUpload(fileId);
    expect(await runSweep()).toMatchObject({ expired: 1 });
    const file = await container.everyone.selectFrom('files').selectAll().where('id', '=', fileId).executeTakeFirst();
    expect(file).toMatchObject({ status: 'FAILED', error_code: 'UPLOAD_EXPIRED' });
  });

  it('returns a file with a searchable generation to it', async () => {
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
    await setFile(fileId, { status: 'UPLOADING', live: true });
    await openExpiredUpload(fileId);
    await runSweep();
    expect(await statusOf(fileId)).toBe('READY');
  });

  it('leaves a file alone that does not wait for it', async () => {
    const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
    await setFile(fileId, { status: 'READY', live: true });
    await openExpiredUpload(fileId);
    expect(await runSweep()).toMatchObject({ expired: 1 });
    expect(await statusOf(fileId)).toBe('READY');
    expect(await container.everyone.selectFrom('uploads').selectAll().execute()).toEqual([]);
  });
});

describe('objects whose event was lost', () => {
  /** More than are looked up together, before and behind. */
  const WAITING = 1_200;
  const SOCKETS = 40;

  it('are found behind any number that wait, each run going on where the last ended, and round again', async () => {
    const keys = Array.from({ length: WAITING }, (_, n) => `drop/${userId}/${String(n).padStart(5, '0')}.txt`);
    const lost = keys[1_100] ?? '';
    const put = (key: string) => container.storage.write('incoming', key, Buffer.from('x'), 'text/plain');
    // Waiting for one of the client's sockets counts as waiting for the storage.
    for (let from = 0; from < WAITING; from += SOCKETS) await Promise.all(keys.slice(from, from + SOCKETS).map(put));
    await container.everyone
      .insertInto('arrivals')
      .values(keys.filter((key) => key !== lost).map((object_key) => ({ object_key, user_id: userId, etag: null })))
      .execute();
    // So slow that no run sees more than one part; the line itself is told of by messages that wait.
    for (let n = 0; n < 100; n += 1) await container.queue.send('accept', { arrivalId: userId });
    const run = () => resendArrivals({ ...atOnce(), lookMs: 0 });
    expect([await run(), await run(), await run()]).toEqual([0, 0, 1]);
    expect([await run(), await run(), await run()]).toEqual([0, 0, 1]);
  }, 120_000);
});

describe('a stage that stands still', () => {
  it('is sent on again, unless its queue is busy with others', async () => {
    await insertEmbeddedFile(container.everyone, userId, { chunks: 1 });
    expect(await runSweep()).toMatchObject({ stages: 1 });
    expect(await container.queue.waiting('publish')).toBe(1);
    for (let n = 0; n < 100; n += 1) await container.queue.send('publish', { reason: 'busy' });
    expect(await runSweep()).toMatchObject({ stages: 0 });
  });
});
