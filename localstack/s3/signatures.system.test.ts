import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { errorCode, startTestS3, type TestS3 } from './testing.ts';

let s3: TestS3;
beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.stop());

const SIGNED = new Set(['content-type', 'content-length']);

/** The way in which the product signs uploads: length and type are part of the signature. */
function presignPut(key: string, options: { size?: number; type?: string; expiresIn?: number; signedAt?: Date } = {}) {
  const { size = 5, type = 'text/plain', expiresIn = 60, signedAt } = options;
  return getSignedUrl(
    s3.client,
    new PutObjectCommand({ Bucket: s3.bucket, Key: key, ContentLength: size, ContentType: type }),
    { expiresIn, signableHeaders: SIGNED, ...(signedAt === undefined ? {} : { signingDate: signedAt }) },
  );
}

async function stored(key: string): Promise<string | undefined> {
  const found = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key })).catch(() => undefined);
  return found?.Body?.transformToString();
}

const put = (url: string, body: string, type = 'text/plain'): Promise<Response> =>
  fetch(url, { method: 'PUT', body, headers: { 'content-type': type } });

describe('a presigned upload', () => {
  it('is accepted as it was signed, whatever characters the key has', async () => {
    for (const key of ['plain', 'drop/a b/ü (1)+%.pdf', "it's!*&=?#,;:@$", '日本/語.txt', 'a//b', 'tail/', '...']) {
      const answer = await put(await presignPut(key), 'hello');
      expect(answer.status, key).toBe(200);
      expect(answer.headers.get('etag')).toBe(`"${createHash('md5').update('hello').digest('hex')}"`);
      expect(await stored(key), key).toBe('hello');
    }
  });

  it.each([
    ['a longer body', (url: string) => put(url, 'hello!')],
    ['a shorter body', (url: string) => put(url, 'hell')],
    ['another content type', (url: string) => put(url, 'hello', 'text/html')],
    ['no content type', (url: string) => fetch(url, { method: 'PUT', body: Buffer.from('hello') })],
    ['another key', (url: string) => put(url.replace('target', 'other'), 'hello')],
    ['a tampered signature', (url: string) => put(url.replace(/Signature=..../, 'Signature=0000'), 'hello')],
    ['a longer life than signed', (url: string) => put(url.replace('Expires=60', 'Expires=6000'), 'hello')],
    ['another method', (url: string) => fetch(url)],
    ['a query that was added', (url: string) => put(`${url}&partNumber=1`, 'hello')],
  ])('is refused with %s', async (name, send) => {
    const key = `target-${name.replaceAll(' ', '-')}`;
    const answer = await send(await presignPut(key));
    expect(answer.status).toBe(403);
    expect(await errorCode(answer)).toBe('SignatureDoesNotMatch');
    expect(await stored(key)).toBeUndefined();
  });

  it('is refused with headers that were added', async () => {
    const answer = await fetch(await presignPut('copy'), {
      method: 'PUT',
      body: 'hello',
      headers: { 'content-type': 'text/plain', 'x-amz-copy-source': `/${s3.bucket}/plain` },
    });
    expect(answer.status).toBe(403);
    expect(await errorCode(answer)).toBe('AccessDenied');
  });

  it('is refused as a stream without a length', async () => {
    const url = new URL(await presignPut('chunked'));
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(url, {
        method: 'PUT',
        headers: { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' },
      });
      sending.on('response', (answer) => resolve(answer.resume().statusCode));
      sending.on('error', reject);
      sending.end('hello and more');
    });
    expect(status).toBe(403);
    expect(await stored('chunked')).toBeUndefined();
  });

  it('is refused after it expired', async () => {
    const answer = await put(await presignPut('late', { signedAt: new Date(Date.now() - 61_000) }), 'hello');
    expect(answer.status).toBe(403);
    const text = await answer.text();
    expect(text).toContain('<Code>AccessDenied</Code>');
    expect(text).toContain('Request has expired');
  });

  it('is refused when it was signed with another secret or for a key that nobody knows', async () => {
    const command = new PutObjectCommand({ Bucket: s3.bucket, Key: 'x' });
    const wrongSecret = s3.clientWith({ credentials: { ...s3.credentials, secretAccessKey: 'guess' } });
    const wrongKey = s3.clientWith({ credentials: { ...s3.credentials, accessKeyId: 'stranger' } });
    const answers = await Promise.all(
      [wrongSecret, wrongKey].map(async (client) =>
        fetch(await getSignedUrl(client, command), { method: 'PUT', body: '' }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([403, 403]);
    expect(await Promise.all(answers.map(errorCode))).toEqual(['SignatureDoesNotMatch', 'InvalidAccessKeyId']);
  });
});

describe('a request signed in its headers', () => {
  it('is refused without a signature', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD', 'POST']) {
      const answer = await fetch(`${s3.url}/${s3.bucket}/plain`, { method });
      expect(answer.status, method).toBe(403);
    }
    expect((await fetch(s3.url)).status).toBe(403);
  });

  it('is refused when the clock of the client is far off', async () => {
    const client = s3.clientWith({ systemClockOffset: -20 * 60_000 });
    await expect(client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'plain' }))).rejects.toMatchObject({
      name: 'RequestTimeTooSkewed',
    });
  });

  it('is refused when the body is not the signed one', async () => {
    const client = s3.clientWith({});
    client.middlewareStack.add(
      (next) => async (args) => {
        Object.assign(args.request as object, { body: 'HELLO' });
        return next(args);
      },
      { step: 'deserialize', priority: 'low', name: 'tamper' },
    );
    await expect(
      client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'swapped', Body: 'hello' })),
    ).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
    expect(await stored('swapped')).toBeUndefined();
  });

  it('takes chunked bodies with checksums in the trailer', async () => {
    const client = s3.clientWith({ requestChecksumCalculation: 'WHEN_SUPPORTED' });
    const bytes = Buffer.alloc(300_000, 'chunk ');
    await client.send(
      new PutObjectCommand({
        Bucket: s3.bucket,
        Key: 'trailer',
        Body: Readable.from([bytes.subarray(0, 1000), bytes.subarray(1000)]),
        ContentLength: bytes.length,
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    expect(await stored('trailer')).toBe(bytes.toString());
  });

  it('refuses a body whose MD5 or checksum differs', async () => {
    const md5 = createHash('md5').update('other').digest('base64');
    const put = (extra: object) =>
      s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: 'digest', Body: 'hello', ...extra }));
    await expect(put({ ContentMD5: md5 })).rejects.toMatchObject({ name: 'BadDigest' });
    await expect(put({ ChecksumSHA256: createHash('sha256').update('other').digest('base64') })).rejects.toMatchObject({
      name: 'BadDigest',
    });
    expect(await stored('digest')).toBeUndefined();
  });
});
