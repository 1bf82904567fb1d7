import { randomUUID } from 'node:crypto';
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { asUser } from '#shared/db/as-user.ts';
import { claimObjects } from '#shared/db/loose-objects-repository.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { type OrphanDeps, type OrphanSweep, sweepOrphans } from './sweep-orphans.ts';

let container: TestContainer;
let userId: string;
beforeEach(async () => {
  container = await newTestContainer({ LOG_LEVEL: 'silent' });
  userId = await insertTestUser(container.everyone);
});
afterEach(() => container.close());

function sweep(options: Pick<OrphanDeps, 'minAgeSeconds' | 'batch'> = {}): Promise<OrphanSweep> {
  const { db, storage, log } = container;
  return sweepOrphans({ db, storage, log, minAgeSeconds: 0, ...options });
}

async function write(key: string): Promise<string> {
  await container.storage.write('storage', key, Buffer.from('x'), 'text/plain');
  return key;
}

async function keysOf(person: string): Promise<string[]> {
  const keys: string[] = [];
  for (const prefix of [`files/${person}/`, `exports/${person}/`]) {
    for await (const { key } of container.storage.list('storage', prefix)) keys.push(key);
  }
  return keys.sort();
}

it('objects that no row knows are removed, those that one owns stay', async () => {
  const { everyone } = container;
  const { fileId } = await insertEmbeddedFile(everyone, userId, { chunks: 1 });
  const deleted = await insertEmbeddedFile(everyone, userId, { chunks: 1 });
  await everyone
    .insertInto('tombstones')
    .values({ user_id: userId, file_id: deleted.fileId, up_to_generation: 1 })
    .execute();
  const exportId = randomUUID();
  await everyone
    .insertInto('exports')
    .values({ user_id: userId, id: exportId, status: 'PENDING', expires_at: new Date(Date.now() + 60_000) })
    .execute();
  const content = await write(`files/${userId}/${fileId}/1-${randomUUID()}`);
  const picture = await write(`files/${userId}/${fileId}/1-${randomUUID()}`);
  await everyone.updateTable('files').set({ content_key: content }).where('id', '=', fileId).execute();
  await everyone.updateTable('pages').set({ picture_key: picture }).where('file_id', '=', fileId).execute();
  const owned = [
    content,
    picture,
    await write(`files/${userId}/${deleted.fileId}/1-${randomUUID()}`),
    await write(`exports/${userId}/${exportId}-1`),
  ];
  await write(`files/${userId}/${fileId}/1-${randomUUID()}`);
  await write(`files/${userId}/${randomUUID()}/1-${randomUUID()}`);
  await write(`exports/${userId}/${randomUUID()}-1`);
  // What is young may still get its row.
  expect(await sweep({ minAgeSeconds: 3_600 })).toMatchObject({ objects: 0 });
  expect(await sweep()).toMatchObject({ objects: 3 });
  expect(await keysOf(userId)).toEqual(owned.sort());
});

describe('an orphan behind many objects of its person is removed within some runs', () => {
  // One run in six or so begins near enough to its end: that none of these does is rarer than one in 10^12.
  const RUNS = 150;
  it.each([
    ['of many files', 20, 1],
    ['of one file', 1, 20],
  ])('%s', async (_, files, objects) => {
    const owned: string[] = [];
    for (const fileId of Array.from({ length: files }, () => randomUUID())) {
      const keys = Array.from({ length: objects }, () => `files/${userId}/${fileId}/1-${randomUUID()}`);
      await asUser(container.db, userId, (trx) => claimObjects(trx, { userId, fileId, bucket: 'storage' }, keys));
      owned.push(...keys);
    }
    for (const key of owned) await write(key);
    const last = owned.toSorted().at(-1) ?? '';
    const orphan = await write(last.replace(/[0-9a-f-]{36}$/, 'ffffffff-ffff-4fff-bfff-ffffffffffff'));
    let removed = 0;
    for (let run = 0; run < RUNS && removed === 0; run += 1) {
      removed = (await sweep({ batch: 4 })).objects;
    }
    expect(await keysOf(userId)).not.toContain(orphan);
    expect(await keysOf(userId)).toEqual(owned.sort());
  });
});

it('objects of people whom the database does not know are left alone', async () => {
  const stranger = randomUUID();
  const key = await write(`files/${stranger}/${randomUUID()}/1-${randomUUID()}`);
  expect(await sweep()).toMatchObject({ objects: 0 });
  expect(await keysOf(stranger)).toEqual([key]);
});

it('uploads in parts that no row waits for are ended, others go on', async () => {
  const { env } = inject('system');
  const client = new S3Client({
    region: container.config.AWS_REGION,
    endpoint: env.S3_ENDPOINT ?? '',
    forcePathStyle: true,
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' },
  });
  const { fileId } = await insertEmbeddedFile(container.everyone, userId, { chunks: 0 });
  const gone = randomUUID();
  const awaited = `uploads/${fileId}/${randomUUID()}`;
  await container.everyone
    .insertInto('uploads')
    .values({
      file_id: fileId,
      user_id: userId,
      object_key: awaited,
      filename: 'a.txt',
      content_type: 'text/plain',
      size: 1,
      expires_at: new Date(Date.now() + 60_000),
    })
    .execute();
  const dropped = `drop/${userId}/large.txt`;
  for (const key of [awaited, dropped, `uploads/${gone}`, `uploads/${fileId}/${randomUUID()}`]) {
    await client.send(new CreateMultipartUploadCommand({ Bucket: container.config.S3_INCOMING_BUCKET, Key: key }));
  }
  const left = `files/${userId}/${fileId}/1-${randomUUID()}`;
  const exportId = randomUUID();
  const pending = { user_id: userId, id: exportId, status: 'PENDING' as const, attempts: 2, building: true };
  await container.everyone
    .insertInto('exports')
    .values({ ...pending, expires_at: new Date(Date.now() + 60_000) })
    .execute();
  const building = `exports/${userId}/${exportId}-2`;
  const claimed = `files/${userId}/${fileId}/2-${randomUUID()}`;
  await asUser(container.db, userId, (trx) => claimObjects(trx, { userId, fileId, bucket: 'storage' }, [claimed]));
  for (const key of [left, building, claimed, `exports/${userId}/${exportId}-1`]) {
    await client.send(new CreateMultipartUploadCommand({ Bucket: container.config.S3_BUCKET, Key: key }));
  }
  expect(await sweep()).toMatchObject({ uploads: 4 });
  const going: string[] = [];
  for await (const { key } of container.storage.listMultipart('incoming', '')) going.push(key);
  expect(going.sort()).toEqual([awaited, dropped].sort());
  const written: string[] = [];
  for await (const { key } of container.storage.listMultipart('storage', '')) written.push(key);
  expect(written.sort()).toEqual([building, claimed].sort());
});
