import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { type CloudDeclaration, readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { readTemplate } from '#localstack/declarations/template.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const declared = (): Promise<CloudDeclaration> => readCloudDeclaration(PROJECT, {});

async function files(folder: string, ending: string): Promise<string[]> {
  const entries = await readdir(`${PROJECT}${folder}`, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith(ending) && !entry.endsWith('.test.ts') && entry.includes('/'))
    .map((entry) => entry.slice(0, -ending.length))
    .sort();
}

it('has one declaration for each function file, in the same place, and a file for each declaration', async () => {
  const { functions } = await declared();
  const handlers = functions.map(({ handler }) => handler.replace(/^functions\//, '').replace(/\.handler$/, '')).sort();
  expect(handlers).toEqual(await files('infra/functions', '.yml'));
  expect(handlers).toEqual(await files('functions', '.ts'));
});

it('gives each stage a queue with a dead-letter queue that a kill cannot fill', async () => {
  const { queues } = await declared();
  for (const stage of ['intake', 'extract', 'chunk', 'embed', 'publish', 'drive', 'erase', 'export']) {
    expect(queues.find((queue) => queue.name === `omnirag-${stage}`)?.redrive).toEqual({
      deadLetterQueue: `omnirag-${stage}-dlq`,
      maxReceiveCount: 1000,
    });
    expect(queues.some((queue) => queue.name === `omnirag-${stage}-dlq`)).toBe(true);
  }
  expect(queues).toHaveLength(16);
});

it('hides a message for six times the time that its function may take, and reads every queue once', async () => {
  const { queues, functions } = await declared();
  const read = functions.flatMap(({ eventSources, timeoutSeconds }) =>
    eventSources.map((source) => ({ ...source, timeoutSeconds })),
  );
  for (const source of read) {
    const queue = queues.find((candidate) => candidate.name === source.queue);
    expect(queue?.visibilityTimeoutSeconds).toBe(6 * source.timeoutSeconds);
    expect(source.reportsBatchItemFailures).toBe(true);
  }
  expect(read.map((source) => source.queue).sort()).toEqual(
    queues
      .filter((queue) => queue.redrive !== undefined)
      .map((queue) => queue.name)
      .sort(),
  );
});

it('lets the incoming bucket alone tell, and the names be moved by settings', async () => {
  const env = { S3_BUCKET: 'my-storage', S3_INCOMING_BUCKET: 'my-incoming' };
  for (const [settings, storage, incoming] of [
    [{}, 'omnirag-storage', 'omnirag-incoming'],
    [env, 'my-storage', 'my-incoming'],
  ] as const) {
    expect((await readCloudDeclaration(PROJECT, settings)).buckets).toEqual([
      { name: storage, notifications: [] },
      { name: incoming, notifications: [{ event: 's3:ObjectCreated:*', queue: 'omnirag-intake', prefix: '' }] },
    ]);
  }
});

it('keeps both buckets closed to the public and clears what was never finished', async () => {
  const { resources } = await readTemplate(PROJECT, {});
  for (const name of ['StorageBucket', 'IncomingBucket']) {
    expect(resources[name]?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }] },
    });
  }
});

it('grants no role everything', async () => {
  const { resources } = await readTemplate(PROJECT, {});
  const roles = Object.values(resources).filter((resource) => resource.Type === 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(3);
  for (const role of roles) {
    const text = JSON.stringify(role.Properties);
    expect(text).not.toMatch(/"Resource":\["?\*/);
    expect(text).not.toMatch(/"(s3|sqs|\*):\*"/);
  }
});
