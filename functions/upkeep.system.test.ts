import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { getBackgroundContainer } from '#shared/runtime/container.ts';
import { insertEmbeddedFile, insertTestUser } from '#testing/stored-file.ts';
import { newTestContainer, type TestContainer } from '#testing/test-container.ts';
import { handler as forgetExpired } from './auth/forget-expired.ts';
import { handler as expireUploads } from './ingest/expire-uploads.ts';
import { handler as resendStages } from './ingest/resend-stages.ts';
import { handler as sweepIndexes } from './search/sweep-indexes.ts';
import { handler as expireExports } from './users/expire-exports.ts';
import { handler as resendErasures } from './users/resend-erasures.ts';

let container: TestContainer;

/** The functions as they are called, with queues that do not answer. */
beforeAll(async () => {
  container = await newTestContainer();
  const { DATABASE_URL, QUEUE_PREFIX, QDRANT_COLLECTION, S3_BUCKET, S3_INCOMING_BUCKET } = container.config;
  Object.assign(process.env, inject('system').env, {
    DATABASE_URL,
    QUEUE_PREFIX,
    QDRANT_COLLECTION,
    S3_BUCKET,
    S3_INCOMING_BUCKET,
    SQS_ENDPOINT: 'http://127.0.0.1:9',
    LOG_LEVEL: 'silent',
  });
});
afterAll(async () => {
  await getBackgroundContainer().db.destroy();
  await container.close();
});

it('does each job although others fail', async () => {
  const { everyone, storage } = container;
  const userId = await insertTestUser(everyone);
  const { fileId } = await insertEmbeddedFile(everyone, userId, { chunks: 1 });
  const past = new Date(Date.now() - 3_600_000);
  await everyone.updateTable('files').set({ status: 'STORED', updated_at: past }).where('id', '=', fileId).execute();
  const late = await insertEmbeddedFile(everyone, userId, { chunks: 0 });
  await everyone
    .updateTable('files')
    .set({ status: 'UPLOADING', generation: 0, content_generation: null })
    .where('id', '=', late.fileId)
    .execute();
  const upload = { file_id: late.fileId, user_id: userId, object_key: `uploads/${late.fileId}`, created_at: past };
  const named = { filename: 'late.txt', content_type: 'text/plain', size: 3, expires_at: past };
  await everyone
    .insertInto('uploads')
    .values({ ...upload, ...named })
    .execute();
  const archive = `exports/${userId}/${randomUUID()}-1`;
  await storage.write('storage', archive, Buffer.from('x'), 'text/plain');
  const made = { user_id: userId, id: randomUUID(), status: 'READY' as const, object_key: archive, size: 1 };
  await everyone
    .insertInto('exports')
    .values({ ...made, expires_at: past })
    .execute();
  const leaving = await insertTestUser(everyone);
  await everyone.insertInto('erasures').values({ user_id: leaving, not_before: past }).execute();

  // What needs a queue fails, and is counted as failed.
  for (const handler of [resendStages, resendErasures]) {
    await expect(handler({})).rejects.toMatchObject({ code: 'DEPENDENCY_UNAVAILABLE' });
  }
  // What needs none is done.
  for (const handler of [forgetExpired, expireUploads, sweepIndexes, expireExports]) await handler({});
  expect(await storage.head('storage', archive)).toBeUndefined();
  expect(await everyone.selectFrom('exports').select('id').where('user_id', '=', userId).execute()).toEqual([]);
  const ended = everyone.selectFrom('files').select(['status', 'error_code']).where('id', '=', late.fileId);
  expect(await ended.executeTakeFirst()).toEqual({ status: 'FAILED', error_code: 'UPLOAD_EXPIRED' });
});
