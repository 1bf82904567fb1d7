import { randomBytes, randomUUID } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, inject, it } from 'vitest';
import type { Problem } from '#shared/api/problem.ts';
import { makePdf } from '#testing/documents/make-pdf.ts';
import { newPerson, type Person, untilSettled, uploadBytes } from '#testing/person.ts';

const { env } = inject('system');
const Bucket = env.S3_BUCKET ?? '';
const s3 = new S3Client({
  region: env.AWS_REGION ?? 'us-east-1',
  endpoint: env.S3_ENDPOINT ?? '',
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' },
});

async function stored(person: Person, name: string, bytes: Uint8Array<ArrayBuffer>) {
  const { id } = await uploadBytes(person, name, bytes);
  expect((await untilSettled(person, id)).status).toBe('READY');
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: `files/${person.id}/${id}/` }));
  expect(Contents).toHaveLength(1);
  return { id, key: Contents[0]?.Key ?? '' };
}

async function rawObject(Key: string): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function download(person: Person, id: string, range?: string): Promise<Response> {
  const redirect = await person.fetch(`/files/${id}/content`);
  return fetch(redirect.headers.get('location') ?? '', range ? { headers: { range } } : {});
}

describe('what lies in the bucket', () => {
  it('holds no plaintext', async () => {
    const person = await newPerson();
    const word = `secret-${randomUUID()}`;
    const { id, key } = await stored(person, 'plain.txt', new TextEncoder().encode(`The word is ${word}. `.repeat(50)));
    const raw = await rawObject(key);
    expect(raw.includes(word)).toBe(false);
    expect(raw.includes('The word')).toBe(false);
    expect(await (await download(person, id)).text()).toContain(word);
  });

  it('is worth nothing when exchanged, flipped or cut: no byte of it is answered', async () => {
    const [one, other] = [await newPerson(), await newPerson()];
    const mine = await stored(one, 'mine.txt', new TextEncoder().encode(`mine ${randomUUID()}`));
    const theirs = await stored(other, 'theirs.txt', new TextEncoder().encode(`mine ${randomUUID()}`));
    const raw = await rawObject(mine.key);
    const flipped = Buffer.from(raw);
    flipped[raw.length - 20] = (flipped[raw.length - 20] ?? 0) ^ 1;
    for (const Body of [await rawObject(theirs.key), flipped, raw.subarray(0, -1), raw.subarray(0, 100)]) {
      await s3.send(new PutObjectCommand({ Bucket, Key: mine.key, Body }));
      const response = await download(one, mine.id);
      expect([response.status, ((await response.json()) as Problem).code]).toEqual([500, 'INTEGRITY_ERROR']);
    }
  });

  it('breaks the connection where damage lies further on, and never ends cleanly', async () => {
    const person = await newPerson();
    const bytes = new Uint8Array(Buffer.concat([makePdf({ pages: 1 }), randomBytes(5 * 1024 ** 2)]));
    const { id, key } = await stored(person, 'long.pdf', bytes);
    const raw = await rawObject(key);
    raw[4 * 1024 ** 2] = (raw[4 * 1024 ** 2] ?? 0) ^ 1;
    await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: raw }));
    const response = await download(person, id);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow();
    // A range that does not touch the damage is whole.
    const range = await download(person, id, 'bytes=100-199');
    expect(Buffer.from(await range.arrayBuffer()).equals(bytes.subarray(100, 200))).toBe(true);
  });
});
