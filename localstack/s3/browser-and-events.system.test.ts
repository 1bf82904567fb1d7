import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { DeleteMessageCommand, PurgeQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { S3Event } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureQueues } from '#localstack/sqs/ensure-queues.ts';
import { createQueueUrls } from '#localstack/sqs/queue-urls.ts';
import { type SqsServer, startSqsServer } from '#localstack/sqs/sqs-server.ts';
import { createNotifier } from './notifications.ts';
import { startTestS3, type TestS3 } from './testing.ts';

const ORIGIN = 'http://localhost:3000';
const QUEUE = 'events';
let s3: TestS3;
let sqsServer: SqsServer;
let sqs: SQSClient;
let queueUrl: string;
let sqsDir: string;

beforeAll(async () => {
  sqsDir = await mkdtemp(join(tmpdir(), 'omnirag-sqs-'));
  const credentials = { accessKeyId: 'test', secretAccessKey: randomBytes(8).toString('hex') };
  sqsServer = await startSqsServer({ dataDir: sqsDir, port: 0, region: 'us-east-1', credentials });
  sqs = new SQSClient({ endpoint: `http://127.0.0.1:${sqsServer.port}`, region: 'us-east-1', credentials });
  const queue = { name: QUEUE, visibilityTimeoutSeconds: 30, messageRetentionSeconds: 3600, receiveWaitSeconds: 0 };
  await ensureQueues(sqs, [queue]);
  const urls = createQueueUrls(sqs);
  queueUrl = await urls(QUEUE);
  const notifications = [{ event: 's3:ObjectCreated:*', queue: QUEUE, prefix: '' }];
  const buckets = [{ name: 'test-bucket', notifications }];
  s3 = await startTestS3({ notifyCreated: createNotifier(buckets, sqs, urls, 'us-east-1') });
});
afterAll(async () => {
  await s3.stop();
  await sqsServer.stop();
  sqs.destroy();
  await rm(sqsDir, { recursive: true, force: true });
});

/** What is in the queue right now: a notification is sent before the client gets its answer. */
async function takeEvents(): Promise<S3Event['Records']> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
  );
  for (const { ReceiptHandle } of Messages) {
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  return Messages.flatMap((message) => (JSON.parse(message.Body ?? '') as S3Event).Records);
}

describe('notifications', () => {
  // Other tests put objects too.
  beforeEach(async () => {
    await sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
  });

  it('tell of a put, with the key as S3 encodes it', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: "drop/u/a b+c ü'(1).pdf", Body: 'hello' }));
    const [record, ...others] = await takeEvents();
    expect(others).toEqual([]);
    expect(record).toMatchObject({
      eventSource: 'aws:s3',
      eventName: 'ObjectCreated:Put',
      awsRegion: 'us-east-1',
      s3: {
        bucket: { name: s3.bucket, arn: `arn:aws:s3:::${s3.bucket}` },
        object: {
          key: 'drop/u/a+b%2Bc+%C3%BC%27%281%29.pdf',
          size: 5,
          eTag: createHash('md5').update('hello').digest('hex'),
          sequencer: expect.stringMatching(/^[0-9A-F]+$/),
        },
      },
    });
    expect(Date.parse(record?.eventTime ?? '')).toBeLessThanOrEqual(Date.now());
  });

  it('tell of a copy and of a completed multipart upload, not of its parts', async () => {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'source', Body: 'x' }));
    await takeEvents();
    await s3.client.send(
      new CopyObjectCommand({ Bucket: s3.bucket, Key: 'target', CopySource: `${s3.bucket}/source` }),
    );
    expect((await takeEvents()).map((record) => record.eventName)).toEqual(['ObjectCreated:Copy']);
    const { UploadId } = await s3.client.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key: 'multi' }));
    const part = { Bucket: s3.bucket, Key: 'multi', UploadId, PartNumber: 1 };
    const { ETag } = await s3.client.send(new UploadPartCommand({ ...part, Body: 'part' }));
    expect(await takeEvents()).toEqual([]);
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await s3.client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload }));
    expect((await takeEvents()).map((record) => record.eventName)).toEqual(['ObjectCreated:CompleteMultipartUpload']);
  });

  it('tell nothing of an upload that was refused', async () => {
    await expect(
      s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'bad', Body: 'x', ContentMD5: 'AAAA' })),
    ).rejects.toThrow();
    expect(await takeEvents()).toEqual([]);
  });
});

describe('a page of our origin', () => {
  const preflight = (origin: string, method: string): Promise<Response> =>
    fetch(`${s3.url}/${s3.bucket}/page.pdf`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': 'content-type',
      },
    });

  it('may ask to upload, and sees the ETag', async () => {
    const allowed = await preflight(ORIGIN, 'PUT');
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(allowed.headers.get('access-control-allow-methods')).toContain('PUT');
    expect(allowed.headers.get('access-control-allow-headers')).toBe('content-type');
    const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket: s3.bucket, Key: 'page.pdf' }));
    const answer = await fetch(url, { method: 'PUT', body: 'x', headers: { origin: ORIGIN } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/\bETag\b/);
    expect(answer.headers.get('vary')).toMatch(/\bOrigin\b/);
  });

  it('can read why it was refused', async () => {
    const answer = await fetch(`${s3.url}/${s3.bucket}/page.pdf`, { headers: { origin: ORIGIN } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
  });

  it('is the only one that may', async () => {
    for (const origin of ['http://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      const refused = await preflight(origin, 'PUT');
      expect(refused.status).toBe(403);
      expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    }
    expect((await preflight(ORIGIN, 'DELETE')).status).toBe(403);
  });
});
