import { afterEach, beforeEach, expect, it } from 'vitest';
import type { UploadView } from '#shared/api/uploads.ts';
import { publishPending } from '#shared/pipeline/publish/publish-pending.ts';
import { withParts } from '#shared/runtime/container/built-at-first-read.ts';
import { eraseStep, erasureWaits } from '#shared/users/erase/erase-step.ts';
import { requestErasure } from '#shared/users/erase/request-erasure.ts';
import { findTraces } from '#testing/find-traces.ts';
import { insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { completeUpload } from './complete-upload.ts';
import { deleteFile } from './delete-file.ts';
import { startUpload, type UploadDeps } from './start-upload.ts';

const MIB = 1024 ** 2;
const SIZE = 20 * MIB;

let container: TestContainer;
let userId: string;
beforeEach(async () => {
  container = await newTestContainer({ QUOTA_MAX_BYTES: String(24 * MIB) });
  userId = await insertTestUser(container.everyone);
});
afterEach(() => container.close());

type Parts = Extract<UploadView, { parts: unknown }>['parts'];

async function announce(externalId?: string): Promise<{ fileId: string; parts: Parts }> {
  const request = { filename: 'big.txt', size: SIZE, source: 'api' as const, ...(externalId ? { externalId } : {}) };
  const started = await startUpload(container, userId, request);
  if (!('upload' in started) || !('parts' in started.upload)) throw new Error('Expected an upload in parts');
  return { fileId: started.file.id, parts: started.upload.parts };
}

function putPart(parts: Parts, index: number): Promise<Response> {
  const body = Buffer.alloc(Math.min(8 * MIB, SIZE - index * 8 * MIB), 97);
  return fetch(parts[index]?.url ?? '', { method: 'PUT', body });
}

async function uploadsUnderWay(fileId: string): Promise<number> {
  let count = 0;
  for await (const _ of container.storage.listMultipart('incoming', `uploads/${fileId}`)) count += 1;
  return count;
}

const publish = () => publishPending(container, 5_000);

it('parts of a deleted file are removed with it, and no more are taken', async () => {
  const { fileId, parts } = await announce();
  const first = await putPart(parts, 0);
  expect(first.status).toBe(200);
  await deleteFile(container, userId, fileId);
  await publish();
  expect(await uploadsUnderWay(fileId)).toBe(0);
  expect((await putPart(parts, 1)).status).toBe(404);
  const etag = first.headers.get('etag') ?? '';
  await expect(completeUpload(container, userId, fileId, [{ number: 1, etag }])).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

it('what was uploaded for a deleted file counts until it is gone', async () => {
  const { fileId, parts } = await announce();
  await putPart(parts, 0);
  await deleteFile(container, userId, fileId);
  await expect(announce()).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  await publish();
  expect(await announce()).toMatchObject({ parts: [{ number: 1 }, { number: 2 }, { number: 3 }] });
});

it('an upload that takes the place of another ends it', async () => {
  const before = await announce('report');
  await putPart(before.parts, 0);
  const after = await announce('report');
  expect(after.fileId).toBe(before.fileId);
  expect((await putPart(before.parts, 1)).status).toBe(404);
  expect((await putPart(after.parts, 0)).status).toBe(200);
  await publish();
  expect((await putPart(after.parts, 1)).status).toBe(200);
});

it('an upload whose announcement was killed is ended', async () => {
  const { storage } = container;
  const killed = withParts(container, {
    storage: {
      ...storage,
      createMultipart: async (...args: Parameters<typeof storage.createMultipart>) => {
        await storage.createMultipart(...args);
        throw new Error('killed');
      },
    },
  });
  const request = { filename: 'big.txt', size: SIZE, source: 'api' as const };
  await expect(startUpload(killed, userId, request)).rejects.toThrow('killed');
  const [loose] = await container.everyone.selectFrom('loose_objects').selectAll().execute();
  expect(await uploadsUnderWay(loose?.file_id ?? '')).toBe(1);
  const past = new Date(0);
  await container.everyone.updateTable('loose_objects').set({ due_at: past, last_at: past }).execute();
  await publish();
  expect(await uploadsUnderWay(loose?.file_id ?? '')).toBe(0);
  expect(await container.everyone.selectFrom('loose_objects').selectAll().execute()).toEqual([]);
});

/** What announces with, that does `meanwhile` once when the first upload in parts was just opened; and the keys of all. */
function interrupted(meanwhile: () => Promise<unknown>): { deps: UploadDeps; keys: string[] } {
  const keys: string[] = [];
  const createMultipart: typeof container.storage.createMultipart = async (key, contentType) => {
    const id = await container.storage.createMultipart(key, contentType);
    keys.push(key);
    if (keys.length === 1) await meanwhile();
    return id;
  };
  return { deps: withParts(container, { storage: { ...container.storage, createMultipart } }), keys };
}

const claims = () => container.everyone.selectFrom('loose_objects').selectAll().execute();

it('two announcements at once with one Idempotency-Key leave one upload', async () => {
  const request = { filename: 'big.txt', size: SIZE, source: 'api' as const };
  const { deps, keys } = interrupted(() => startUpload(container, userId, request, 'once'));
  const started = await startUpload(deps, userId, request, 'once');
  if (!('upload' in started) || !('parts' in started.upload)) throw new Error('Expected an upload in parts');
  expect(await uploadsUnderWay(started.file.id)).toBe(1);
  expect((await putPart(started.upload.parts, 0)).status).toBe(200);
  // What it took the place of is looked for once more, as ever; what it opened first was never anybody's.
  expect((await claims()).map(({ object_key }) => object_key)).not.toContain(keys[0]);
});

it('what there is no room for opens no upload', async () => {
  await announce();
  const { deps, keys } = interrupted(async () => undefined);
  const request = { filename: 'big.txt', size: SIZE, source: 'api' as const };
  await expect(startUpload(deps, userId, request)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  expect(keys).toEqual([]);
  expect(await claims()).toEqual([]);
});

it('an upload whose room another took meanwhile is ended at once', async () => {
  const { deps, keys } = interrupted(() => announce());
  const request = { filename: 'big.txt', size: SIZE, source: 'api' as const };
  await expect(startUpload(deps, userId, request)).rejects.toMatchObject({ code: 'QUOTA_EXCEEDED' });
  const [fileId = ''] = keys.map((key) => key.split('/')[1] ?? '');
  expect(fileId).not.toBe('');
  expect(await uploadsUnderWay(fileId)).toBe(0);
  expect(await claims()).toEqual([]);
});

it('an erased account leaves no parts, and none are taken afterwards', async () => {
  const deleted = await announce();
  await putPart(deleted.parts, 0);
  await deleteFile(container, userId, deleted.fileId);
  await publish();
  const open = await announce();
  await putPart(open.parts, 0);
  await requestErasure(container, userId, { address: '127.0.0.1', requestId: 'test' });
  await eraseStep(container, userId);
  expect(await uploadsUnderWay(open.fileId)).toBe(0);
  expect((await putPart(open.parts, 1)).status).toBe(404);
  for (const _ of erasureWaits(container)) {
    await container.everyone
      .updateTable('erasures')
      .set({ not_before: new Date(0) })
      .execute();
    await eraseStep(container, userId);
  }
  expect(await findTraces(container, [userId, open.fileId, deleted.fileId])).toEqual([]);
});
