import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureQueues } from './ensure-queues.ts';
import { createQueueUrls } from './queue-urls.ts';
import { type SqsServer, startSqsServer } from './sqs-server.ts';

const credentials = { accessKeyId: 'test', secretAccessKey: randomUUID() };
const region = 'us-east-1';
const queues = [
  { name: 'dead', visibilityTimeoutSeconds: 30, messageRetentionSeconds: 3600, receiveWaitSeconds: 0 },
  {
    name: 'work',
    visibilityTimeoutSeconds: 300,
    messageRetentionSeconds: 3600,
    receiveWaitSeconds: 0,
    redrive: { deadLetterQueue: 'dead', maxReceiveCount: 5 },
  },
];

let dataDir: string;
let server: SqsServer;
let sqs: SQSClient;
let url: string;

async function start(): Promise<void> {
  server = await startSqsServer({ dataDir, port: 0, region, credentials });
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${server.port}`, region, credentials, maxAttempts: 1 });
  await ensureQueues(sqs, queues);
  url = await createQueueUrls(sqs)('work');
}
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'omnirag-sqs-'));
  await start();
});
afterEach(async () => {
  sqs.destroy();
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const send = (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
async function receive(extra: object = {}): Promise<Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['All'],
      ...extra,
    }),
  );
  return Messages;
}
const bodies = (messages: Message[]) => messages.map((message) => message.Body).sort();

it('makes what was in flight visible at its next start, and keeps the rest', async () => {
  for (const body of ['a', 'b', 'c']) await send(body);
  expect(await receive({ MaxNumberOfMessages: 2, VisibilityTimeout: 300 })).toHaveLength(2);
  sqs.destroy();
  await server.stop();
  await start();
  const again = await receive();
  expect(bodies(again)).toEqual(['a', 'b', 'c']);
  expect(again.map((message) => message.Attributes?.ApproximateReceiveCount).sort()).toEqual(['1', '2', '2']);
});

it('gives a message back at once when its timeout is set to 0, alone and in a batch', async () => {
  await send('back');
  for (let round = 1; round <= 4; round += 1) {
    const [message] = await receive({ WaitTimeSeconds: 2 });
    expect(message?.Attributes?.ApproximateReceiveCount).toBe(String(round));
    const entry = { ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: 0 };
    const batch = { QueueUrl: url, Entries: [{ Id: 'only', ...entry }] };
    if (round % 2 === 0) await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ...entry }));
    else await sqs.send(new ChangeMessageVisibilityBatchCommand(batch));
  }
});

it('wakes a long poll when a message comes', async () => {
  const waiting = receive({ WaitTimeSeconds: 20 });
  await send('now');
  expect(bodies(await waiting)).toEqual(['now']);
});

it('brings queues in line with a declaration that changed', async () => {
  const changed = queues.map((queue) => ({ ...queue, visibilityTimeoutSeconds: 77 }));
  await ensureQueues(sqs, changed);
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  expect(Attributes?.VisibilityTimeout).toBe('77');
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 5 });
});

it('answers 403 to unsigned and wrongly signed calls, and to a body that was changed', async () => {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.ListQueues' };
  const unsigned = await fetch(`http://127.0.0.1:${server.port}/`, { method: 'POST', headers, body: '{}' });
  expect(unsigned.status).toBe(403);
  expect((await fetch(`http://127.0.0.1:${server.port}/work`)).status).toBe(400);
  const stranger = new SQSClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region,
    credentials: { ...credentials, secretAccessKey: 'guess' },
  });
  await expect(stranger.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'x' }))).rejects.toMatchObject({
    name: 'SignatureDoesNotMatch',
  });
  stranger.destroy();
  sqs.middlewareStack.add(
    (next) => async (args) => {
      const signed = args.request as { body: string };
      signed.body = signed.body.replace('one thing', 'the other');
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'tamper' },
  );
  await expect(send('one thing')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
});

it.runIf(process.platform === 'linux')('listens on the loopback address alone, fauxqs behind it too', async () => {
  const links = await Promise.all(
    (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')),
  );
  const mine = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]));
  const sockets = (await readFile('/proc/self/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
  const listening = sockets.filter((fields) => fields[3] === '0A' && mine.has(fields[9]));
  expect(listening.length).toBeGreaterThanOrEqual(2);
  expect(listening.map((fields) => fields[1]?.split(':')[0])).toEqual(listening.map(() => '0100007F'));
});
