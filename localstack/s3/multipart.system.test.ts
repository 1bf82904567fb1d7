import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { errorCode, startTestS3, type TestS3 } from './testing.ts';

const MIB = 1024 * 1024;
let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

async function begin(Key: string): Promise<{ Bucket: string; Key: string; UploadId: string }> {
  const { UploadId = '' } = await s3.client.send(
    new CreateMultipartUploadCommand({ Bucket: s3.bucket, Key, ContentType: 'application/pdf' }),
  );
  return { Bucket: s3.bucket, Key, UploadId };
}

async function putPart(upload: { Bucket: string; Key: string; UploadId: string }, PartNumber: number, body: Buffer) {
  const command = new UploadPartCommand({ ...upload, PartNumber, ContentLength: body.length });
  const url = await getSignedUrl(s3.client, command, { signableHeaders: new Set(['content-length']) });
  const answer = await fetch(url, { method: 'PUT', body: new Uint8Array(body) });
  return { PartNumber, ETag: answer.headers.get('etag') ?? '', answer };
}

const complete = (upload: object, Parts: object[]) =>
  s3.client.send(
    new CompleteMultipartUploadCommand({
      ...(upload as { Bucket: string; Key: string; UploadId: string }),
      MultipartUpload: { Parts },
    }),
  );

it('puts presigned parts together, whatever their order, over a restart', async () => {
  const upload = await begin('multi/a b');
  const bytes = [randomBytes(5 * MIB), randomBytes(5 * MIB), randomBytes(100)] as const;
  const third = await putPart(upload, 3, bytes[2]);
  const first = await putPart(upload, 1, bytes[0]);
  await s3.restart();
  const second = await putPart(upload, 2, bytes[1]);
  const listed = await s3.client.send(new ListPartsCommand(upload));
  expect(listed.Parts?.map((part) => part.Size)).toEqual([5 * MIB, 5 * MIB, 100]);

  const done = await complete(upload, [first, second, third]);
  const digests = bytes.map((part) => createHash('md5').update(part).digest());
  expect(done.ETag).toBe(`"${createHash('md5').update(Buffer.concat(digests)).digest('hex')}-3"`);
  const whole = Buffer.concat(bytes);
  const found = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: upload.Key }));
  expect(found.ContentType).toBe('application/pdf');
  expect(whole.equals(Buffer.from((await found.Body?.transformToByteArray()) ?? []))).toBe(true);
  const acrossParts = await s3.client.send(
    new GetObjectCommand({ Bucket: s3.bucket, Key: upload.Key, Range: `bytes=${5 * MIB - 2}-${5 * MIB + 1}` }),
  );
  const slice = await acrossParts.Body?.transformToByteArray();
  expect(Buffer.from(slice ?? [])).toEqual(whole.subarray(5 * MIB - 2, 5 * MIB + 2));
  await expect(complete(upload, [first, second, third])).rejects.toMatchObject({ name: 'NoSuchUpload' });
});

it('refuses parts that are unknown, changed, out of order or too small, and lets the client try again', async () => {
  const upload = await begin('refused');
  const first = await putPart(upload, 1, randomBytes(5 * MIB));
  const second = await putPart(upload, 2, randomBytes(10));
  const name = (error: string) => ({ name: error });
  await expect(complete(upload, [first, { ...second, ETag: '"00"' }])).rejects.toMatchObject(name('InvalidPart'));
  await expect(complete(upload, [first, { PartNumber: 3, ETag: 'x' }])).rejects.toMatchObject(name('InvalidPart'));
  await expect(complete(upload, [second, first])).rejects.toMatchObject(name('InvalidPartOrder'));
  const small = await putPart(upload, 3, randomBytes(10));
  await expect(complete(upload, [first, second, small])).rejects.toMatchObject(name('EntityTooSmall'));
  const longer = await putPart({ ...upload, UploadId: 'none' }, 1, Buffer.from('x'));
  expect(longer.answer.status).toBe(404);
  expect((await complete(upload, [first, second])).ETag).toMatch(/-2"$/);
});

it('refuses a part of another length than signed', async () => {
  const upload = await begin('length');
  const command = new UploadPartCommand({ ...upload, PartNumber: 1, ContentLength: 5 });
  const url = await getSignedUrl(s3.client, command, { signableHeaders: new Set(['content-length']) });
  const answer = await fetch(url, { method: 'PUT', body: 'longer' });
  expect(answer.status).toBe(403);
  expect(await errorCode(answer)).toBe('SignatureDoesNotMatch');
});

it('lists and aborts what was not finished, and keeps none of its bytes', async () => {
  const before = (await readdir(join(s3.dataDir, 'blobs'))).length;
  const upload = await begin('unfinished');
  await putPart(upload, 1, randomBytes(1000));
  const listed = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: s3.bucket, Prefix: 'unfin' }));
  expect(listed.Uploads).toMatchObject([{ Key: 'unfinished', UploadId: upload.UploadId }]);
  await s3.client.send(new AbortMultipartUploadCommand(upload));
  await expect(s3.client.send(new AbortMultipartUploadCommand(upload))).rejects.toMatchObject({ name: 'NoSuchUpload' });
  expect((await putPart(upload, 1, randomBytes(10))).answer.status).toBe(404);
  expect((await readdir(join(s3.dataDir, 'blobs'))).length).toBe(before);
});

it('takes the streams of the SDK, whose length nobody knows beforehand', async () => {
  const chunk = randomBytes(MIB);
  const body = Readable.from(
    (function* () {
      for (let index = 0; index < 12; index += 1) yield chunk;
    })(),
  );
  await new Upload({ client: s3.client, params: { Bucket: s3.bucket, Key: 'stream', Body: body } }).done();
  const found = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'stream' }));
  const hash = createHash('sha256');
  for await (const part of found.Body as Readable) hash.update(part as Buffer);
  const expected = createHash('sha256');
  for (let index = 0; index < 12; index += 1) expected.update(chunk);
  expect(hash.digest('hex')).toBe(expected.digest('hex'));
});
