import { createHash, randomBytes } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestS3, type TestS3 } from './testing.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

const put = (Key: string, Body: string | Buffer = 'hello', extra: object = {}) =>
  s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body, ...extra }));
const get = (Key: string, extra: object = {}) =>
  s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key, ...extra }));
const remove = (Key: string, extra: object = {}) =>
  s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key, ...extra }));
const text = async (Key: string, extra: object = {}) => (await get(Key, extra)).Body?.transformToString();

async function listKeys(options: object = {}): Promise<{ keys: string[]; prefixes: string[] }> {
  const keys: string[] = [];
  const prefixes: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.client.send(
      new ListObjectsV2Command({ Bucket: s3.bucket, ContinuationToken: token, ...options }),
    );
    keys.push(...(page.Contents ?? []).map((object) => object.Key ?? ''));
    prefixes.push(...(page.CommonPrefixes ?? []).map((prefix) => prefix.Prefix ?? ''));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return { keys, prefixes };
}

it('gives back bytes, type and metadata, also after a restart', async () => {
  const bytes = randomBytes(700_000);
  await put('kept', bytes, {
    ContentType: 'application/x-test',
    Metadata: { source: 'scan' },
    ContentDisposition: 'inline',
  });
  await s3.restart();
  const found = await get('kept');
  expect(Buffer.from((await found.Body?.transformToByteArray()) ?? [])).toEqual(bytes);
  expect(found).toMatchObject({
    ContentType: 'application/x-test',
    ContentLength: 700_000,
    Metadata: { source: 'scan' },
    ContentDisposition: 'inline',
    ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
  });
});

it('keeps keys that look like paths inside the store, and apart from one another', async () => {
  const keys = [
    '../escape',
    'a/../../b',
    './c',
    'd',
    'd.data',
    'd/e',
    `${'long'.repeat(250)}`,
    'new\nline',
    'e.meta.json',
  ];
  for (const key of keys) await put(`odd/${key}`, key);
  for (const key of keys) expect(await text(`odd/${key}`)).toBe(key);
  expect((await listKeys({ Prefix: 'odd/' })).keys.sort()).toEqual(keys.map((key) => `odd/${key}`).sort());
  await expect(put('x'.repeat(1025))).rejects.toMatchObject({ name: 'KeyTooLongError' });
});

it.each([
  ['bytes=0-0', 'h', 'bytes 0-0/5'],
  ['bytes=1-3', 'ell', 'bytes 1-3/5'],
  ['bytes=3-', 'lo', 'bytes 3-4/5'],
  ['bytes=-2', 'lo', 'bytes 3-4/5'],
  ['bytes=-99', 'hello', 'bytes 0-4/5'],
  ['bytes=2-99', 'llo', 'bytes 2-4/5'],
])('answers the range %s', async (range, expected, contentRange) => {
  await put('range');
  const found = await get('range', { Range: range });
  expect(await found.Body?.transformToString()).toBe(expected);
  expect(found).toMatchObject({ ContentRange: contentRange, ContentLength: expected.length });
  expect(found.$metadata.httpStatusCode).toBe(206);
});

it('refuses a range outside and ignores one it does not know', async () => {
  await put('range');
  await expect(get('range', { Range: 'bytes=5-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  await expect(get('range', { Range: 'bytes=-0' })).rejects.toMatchObject({ name: 'InvalidRange' });
  for (const range of ['bytes=0-1,3-4', 'lines=1-2', 'bytes=3-1'])
    expect(await text('range', { Range: range })).toBe('hello');
});

it('honours If-Match and If-None-Match for reading, writing and deleting', async () => {
  const { ETag } = await put('conditional');
  const other = '"00000000000000000000000000000000"';
  expect(await text('conditional', { IfMatch: ETag })).toBe('hello');
  expect(await text('conditional', { IfMatch: ETag?.replaceAll('"', '') })).toBe('hello');
  await expect(get('conditional', { IfMatch: other })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(put('conditional', 'new', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(put('conditional', 'new', { IfMatch: other })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  await expect(remove('conditional', { IfMatch: other })).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await text('conditional')).toBe('hello');
  await remove('conditional', { IfMatch: ETag });
  await expect(get('conditional')).rejects.toMatchObject({ name: 'NoSuchKey' });
  await remove('conditional');
  await put('conditional', 'new', { IfNoneMatch: '*' });
});

it('lists by prefix and delimiter, page by page, in the order of the bytes', async () => {
  const keys = ['l/a', 'l/b/1', 'l/b/2', 'l/b/\u{ffee}', 'l/c', 'l/d/1', 'l/é', 'l/\u{10400}', 'm'];
  for (const key of keys) await put(key);
  for (const MaxKeys of [1, 2, 3, 1000]) {
    const flat = await listKeys({ Prefix: 'l/', MaxKeys });
    expect(flat.keys).toEqual(keys.slice(0, -1));
    const rolled = await listKeys({ Prefix: 'l/', Delimiter: '/', MaxKeys });
    expect(rolled).toEqual({ keys: ['l/a', 'l/c', 'l/é', 'l/\u{10400}'], prefixes: ['l/b/', 'l/d/'] });
  }
  expect((await listKeys({ Prefix: 'l/', StartAfter: 'l/c' })).keys[0]).toBe('l/d/1');
  expect((await listKeys({ Prefix: 'nothing/' })).keys).toEqual([]);
});

it('copies, replaces and deletes without leaving bytes behind', async () => {
  await put('copied from/ü', 'first');
  await s3.client.send(
    new CopyObjectCommand({ Bucket: s3.bucket, Key: 'copy', CopySource: encodeURI(`${s3.bucket}/copied from/ü`) }),
  );
  expect(await text('copy')).toBe('first');
  await put('copy', 'second');
  const { keys } = await listKeys();
  await s3.client.send(
    new DeleteObjectsCommand({ Bucket: s3.bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } }),
  );
  expect((await listKeys()).keys).toEqual([]);
  expect(await readdir(join(s3.dataDir, 'blobs'))).toEqual([]);
});

it('goes on with a download while the object is replaced and deleted', async () => {
  const before = await readdir(join(s3.dataDir, 'blobs'));
  const bytes = randomBytes(8 * 1024 * 1024);
  await put('busy', bytes);
  const reading = await get('busy');
  const stream = reading.Body?.transformToWebStream().getReader();
  const first = (await stream?.read())?.value as Uint8Array;
  await put('busy', 'other');
  await remove('busy');
  const chunks = [first];
  for (let next = await stream?.read(); next?.done === false; next = await stream?.read()) chunks.push(next.value);
  expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  await expect.poll(() => readdir(join(s3.dataDir, 'blobs'))).toEqual(before);
});

it('keeps nothing of an upload that broke off, nor of one that a kill cut short', async () => {
  const before = await readdir(join(s3.dataDir, 'blobs'));
  const url = await getSignedUrl(s3.client, new PutObjectCommand({ Bucket: s3.bucket, Key: 'broken-off' }));
  const sending = request(url, { method: 'PUT', headers: { 'content-length': 10_000_000 } });
  sending.on('error', () => undefined);
  sending.write(randomBytes(1_000_000));
  await expect.poll(() => readdir(join(s3.dataDir, 'blobs'))).not.toEqual(before);
  sending.destroy();
  await expect.poll(() => readdir(join(s3.dataDir, 'blobs'))).toEqual(before);
  await writeFile(join(s3.dataDir, 'blobs', 'left-by-a-kill'), 'x');
  await s3.restart();
  expect(await readdir(join(s3.dataDir, 'blobs'))).toEqual(before);
  await expect(get('broken-off')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('stores an empty object and says so in HEAD', async () => {
  await put('empty', Buffer.alloc(0));
  expect(await text('empty')).toBe('');
  const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'empty' }));
  expect(head.ContentLength).toBe(0);
  await expect(s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: 'gone' }))).rejects.toMatchObject({
    name: 'NotFound',
  });
  await expect(s3.client.send(new GetObjectCommand({ Bucket: 'no-bucket', Key: 'x' }))).rejects.toMatchObject({
    name: 'NoSuchBucket',
  });
});
