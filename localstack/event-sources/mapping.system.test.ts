import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GetQueueAttributesCommand, PurgeQueueCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readCloudDeclaration } from '#localstack/declarations/cloud.ts';
import { environmentMessage } from '#localstack/process/late-environment.ts';
import { findFreePort } from '#localstack/process/ports.ts';
import { type SpawnedPart, spawnPart } from '#localstack/process/spawn-part.ts';
import { ensureQueues } from '#localstack/sqs/ensure-queues.ts';
import { createQueueUrls } from '#localstack/sqs/queue-urls.ts';
import { type SqsServer, startSqsServer } from '#localstack/sqs/sqs-server.ts';
import { type TemporaryService, writeTemporaryService } from '#localstack/testing/temporary-service.ts';
import { createInvoker } from './invoke.ts';
import { startMapping } from './mapping.ts';

const SERVERLESS = `
service: mapped
plugins: [serverless-offline]
provider: {name: aws, runtime: nodejs24.x}
functions:
  worker:
    handler: worker.handler
    events:
      - httpApi: GET /
      - sqs: {arn: !GetAtt Work.Arn, batchSize: 10, maximumConcurrency: 2, functionResponseType: ReportBatchItemFailures}
resources:
  Resources:
    Work:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: work
        RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
    Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: work-dlq}}
`;

/** Writes down each call; the message says how the call ends. */
const WORKER = `
import { appendFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
export const handler = async (event) => {
  await appendFile(process.env.CALLS, JSON.stringify(event) + '\\n');
  const records = event.Records.map((record) => ({ id: record.messageId, ...JSON.parse(record.body) }));
  for (const record of records) if (record.seconds) await setTimeout(record.seconds * 1000);
  if (records.some((record) => record.how === 'throw')) throw new Error('as asked');
  if (records.some((record) => record.how === 'nonsense')) return { batchItemFailures: [{ itemIdentifier: 'x' }] };
  return {
    batchItemFailures: records.filter((record) => record.how === 'fail').map(({ id }) => ({ itemIdentifier: id })),
  };
};
`;

let service: TemporaryService;
let dataDir: string;
let calls: string;
let sqsServer: SqsServer;
let sqs: SQSClient;
let host: SpawnedPart;
let stopMapping: () => void;
let workUrl: string;
let deadUrl: string;
const gateKey = randomUUID();
const output: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-mapping-'));
  calls = join(dataDir, 'calls');
  service = await writeTemporaryService({ 'serverless.yml': SERVERLESS, 'worker.ts': WORKER });
  host = spawnPart({
    name: 'functions',
    script: fileURLToPath(new URL('../function-host/main.ts', import.meta.url)),
    cwd: service.dir,
    env: {
      ...process.env,
      SLS_LOG_LEVEL: 'error',
      FUNCTION_HOST: '127.0.0.1',
      FUNCTION_HTTP_PORT: String(await findFreePort('127.0.0.1')),
      FUNCTION_LAMBDA_PORT: '0',
      FUNCTION_GATE_KEY: gateKey,
    },
    onLine: (line) => output.push(line),
  });
  host.send(environmentMessage({ CALLS: calls }));
  const credentials = { accessKeyId: 'test', secretAccessKey: randomUUID() };
  const region = 'us-east-1';
  sqsServer = await startSqsServer({ dataDir: join(dataDir, 'sqs'), port: 0, region, credentials });
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${sqsServer.port}`, region, credentials });
  const cloud = await readCloudDeclaration(service.dir, {});
  await ensureQueues(sqs, cloud.queues);
  const urlOf = createQueueUrls(sqs);
  workUrl = await urlOf('work');
  deadUrl = await urlOf('work-dlq');
  const { lambdaPort } = await host.ready.catch((error: unknown) => {
    throw new Error(output.join('\n'), { cause: error });
  });
  const invoker = createInvoker({ port: Number(lambdaPort), gateKey }, region);
  const declaration = cloud.functions[0]?.eventSources[0];
  if (declaration === undefined) throw new Error('the worker has no event source');
  const mapping = startMapping({
    declaration,
    functionName: 'mapped-local-worker',
    queueUrl: workUrl,
    queueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
    region,
    sqs,
    invoke: invoker.invoke,
    onError: (text) => errors.push(text),
    visibilitySeconds: 2,
    maxBackoffSeconds: 0,
  });
  stopMapping = () => {
    mapping.stop();
    invoker.close();
  };
});

beforeEach(async () => {
  await Promise.all([workUrl, deadUrl].map((QueueUrl) => sqs.send(new PurgeQueueCommand({ QueueUrl }))));
});

afterAll(async () => {
  stopMapping();
  sqs.destroy();
  await Promise.all([host.stop(1000), sqsServer.stop()]);
  await Promise.all([service.remove(), rm(dataDir, { recursive: true, force: true })]);
});

async function send(...messages: Array<{ name: string; how?: string; seconds?: number }>): Promise<void> {
  const Entries = messages.map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl: workUrl, Entries }));
}

/** How often the function saw each message of these names. */
async function seen(...names: string[]): Promise<number[]> {
  const events = (await readFile(calls, 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as SQSEvent);
  const bodies = events.flatMap((event) => event.Records.map((record) => record.body));
  return names.map((name) => bodies.filter((body) => (JSON.parse(body) as { name: string }).name === name).length);
}

async function depth(url: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...AttributeNames] }),
  );
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
}

it('hands over records as Lambda does and repeats only what failed, until the dead-letter queue takes it', async () => {
  await send({ name: 'first' }, { name: 'broken', how: 'fail' }, { name: 'third' });
  await expect.poll(() => depth(deadUrl), { timeout: 15_000 }).toBe(1);
  expect(await seen('first', 'broken', 'third')).toEqual([1, 2, 1]);
  expect(await depth(workUrl)).toBe(0);
  const event = JSON.parse((await readFile(calls, 'utf8')).split('\n')[0] ?? '') as SQSEvent;
  expect(event.Records[0]).toMatchObject({
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
    awsRegion: 'us-east-1',
    attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.stringMatching(/^\d+$/) },
  });
  expect(event.Records[0]?.receiptHandle).not.toBe('');
});

it('keeps a message hidden for as long as its function works', async () => {
  await send({ name: 'slow', seconds: 3.5 });
  await expect.poll(() => seen('slow')).toEqual([1]);
  await expect.poll(() => depth(workUrl), { timeout: 10_000 }).toBe(0);
  expect(await seen('slow')).toEqual([1]);
});

it.each(['throw', 'nonsense'])('keeps every message of a call whose answer is no answer (%s)', async (how) => {
  const dead = await depth(deadUrl);
  await send({ name: how, how });
  await expect.poll(() => depth(deadUrl), { timeout: 15_000 }).toBe(dead + 1);
  expect(await seen(how)).toEqual([2]);
  if (how === 'throw') expect(errors).toContain('mapped-local-worker: as asked');
});
