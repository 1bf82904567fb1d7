import { randomUUID } from 'node:crypto';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import pg from 'pg';
import { inject } from 'vitest';
import { migrateToLatest } from '#shared/db/migrate.ts';
import { type Config, readConfig } from '#shared/runtime/config.ts';
import { buildContainer, type Container } from '#shared/runtime/container.ts';

const QUEUES = ['intake', 'extract', 'chunk', 'embed', 'publish'];

export interface TestContainer extends Container {
  close(): Promise<void>;
}

/**
 * A container on the shared system's servers with a database, queues and collections of its own, so that nothing but
 * the test works on what the test makes.
 */
export async function newTestContainer(settings: Partial<Record<keyof Config, string>> = {}): Promise<TestContainer> {
  const { env } = inject('system');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: env.DATABASE_URL });
  await admin.connect();
  await admin.query(`create database ${name}`);
  const databaseUrl = new URL(env.DATABASE_URL ?? '');
  databaseUrl.pathname = `/${name}`;
  await migrateToLatest(databaseUrl.toString());

  const config = readConfig({
    ...env,
    DATABASE_URL: databaseUrl.toString(),
    DATABASE_POOL_MAX: '5',
    QUEUE_PREFIX: `${name}-`,
    QDRANT_COLLECTION: name,
    ...settings,
  });
  // The SDK's own settings; the same for every container of the run.
  for (const key of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const) process.env[key] = env[key];
  const sqs = new SQSClient({
    region: config.AWS_REGION,
    ...(config.SQS_ENDPOINT ? { endpoint: config.SQS_ENDPOINT } : {}),
  });
  await Promise.all(QUEUES.map((queue) => sqs.send(new CreateQueueCommand({ QueueName: `${name}-${queue}` }))));

  const container = buildContainer(config);
  return Object.assign(container, {
    async close() {
      await container.db.destroy();
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  });
}
