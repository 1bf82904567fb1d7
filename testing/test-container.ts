import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { inject } from 'vitest';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { ACROSS_ROLE } from '#shared/db/roles.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import { QUEUES } from '#shared/ports/queue.ts';
import { type Config, readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container } from '#shared/runtime/container.ts';

export interface TestContainer extends Container {
  /** The same database as everybody at once: for what a test prepares and looks up. */
  readonly everyone: Db;
  /** Of the model that EMBEDDING_MODEL names. */
  readonly embedder: Embedder;
  close(): Promise<void>;
}

/**
 * A container on the shared system's servers with a database, buckets, queues and collections of its own, so that nothing
 * but the test works on what the test makes, however many files of tests run side by side. Closing it drops the database;
 * buckets, queues and collections stay as long as the shared system: to empty the buckets takes 30 ms a container.
 */
export async function newTestContainer(settings: Partial<Record<keyof Config, string>> = {}): Promise<TestContainer> {
  const { env, template } = inject('system');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const hyphenated = name.replaceAll('_', '-');
  const admin = new pg.Client({ connectionString: env.DATABASE_URL });
  await admin.connect();
  await admin.query(`create database ${name} template ${template}`);
  const databaseUrl = new URL(env.DATABASE_URL ?? '');
  databaseUrl.pathname = `/${name}`;
  const config = readConfig({
    ...env,
    DATABASE_URL: databaseUrl.toString(),
    DATABASE_POOL_MAX: '5',
    QUEUE_PREFIX: `${name}-`,
    QDRANT_COLLECTION: name,
    S3_BUCKET: `${hyphenated}-storage`,
    S3_INCOMING_BUCKET: `${hyphenated}-incoming`,
    ...settings,
  });
  // The SDK's own settings; the same for every container of the run.
  for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) process.env[key] = env[key];
  await Promise.all([makeBuckets(config), makeQueues(config)]);

  const container = buildContainer(config);
  const everyone = openDatabase({ url: config.DATABASE_URL, poolMax: 5, role: ACROSS_ROLE });
  return Object.assign(container, {
    everyone,
    embedder: container.embedders.of(container.embedders.chosen),
    async close() {
      try {
        await Promise.all([everyone.destroy(), container.db.destroy()]);
        // Without `force`: PostgreSQL sends an autovacuum worker away by itself, but refuses a plain owner who forces it
        // (SQLSTATE 42501). A connection that a test left open makes this fail after five seconds, as it should.
        await admin.query(`drop database ${name}`);
      } finally {
        await admin.end();
      }
    },
  });
}

async function makeBuckets({ AWS_REGION: region, S3_ENDPOINT: endpoint, ...config }: Config): Promise<void> {
  const s3 = new S3Client({ region, ...(endpoint ? { endpoint, forcePathStyle: true } : {}) });
  const names = [config.S3_BUCKET, config.S3_INCOMING_BUCKET];
  try {
    await Promise.all(names.map((Bucket) => s3.send(new CreateBucketCommand({ Bucket }))));
  } finally {
    s3.destroy();
  }
}

async function makeQueues({ AWS_REGION: region, SQS_ENDPOINT: endpoint, QUEUE_PREFIX: prefix }: Config): Promise<void> {
  const sqs = new SQSClient({ region, ...(endpoint ? { endpoint } : {}) });
  try {
    await Promise.all(QUEUES.map((queue) => sqs.send(new CreateQueueCommand({ QueueName: `${prefix}${queue}` }))));
  } finally {
    sqs.destroy();
  }
}
