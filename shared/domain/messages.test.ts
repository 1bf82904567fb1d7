import { describe, expect, it } from 'vitest';
import { arrivedObject, recordFor, s3Event } from './messages.ts';

const record = (key: string, eTag?: string, eventName = 'ObjectCreated:Put') =>
  s3Event.parse({ Records: [{ eventName, s3: { bucket: { name: 'in' }, object: { key, eTag } } }] }).Records[0];

describe('arrivedObject', () => {
  it('decodes keys as S3 writes them', () => {
    const parsed = record('drop/u/a%2Bb+c%C3%A9.pdf', '"abc"');
    expect(parsed && arrivedObject(parsed)).toEqual({ key: 'drop/u/a+b cé.pdf', etag: 'abc' });
  });

  it('takes the event names of S3 and of MinIO, and no removals', () => {
    const names = ['ObjectCreated:CompleteMultipartUpload', 's3:ObjectCreated:Post', 'ObjectRemoved:Delete'];
    const arrived = names.map((name) => {
      const parsed = record('k', undefined, name);
      return parsed && arrivedObject(parsed)?.key;
    });
    expect(arrived).toEqual(['k', 'k', undefined]);
  });

  it.each(['a%ZZ', 'a%', '%ff', 'a%00b', 'a\0', '\ud800'])('takes no notice of the key %j', (key) => {
    const parsed = record(key);
    expect(parsed && arrivedObject(parsed)).toBeUndefined();
  });

  it("reads back the sweep's own records", () => {
    const key = 'drop/u/ä +%25\n"x".pdf';
    expect(arrivedObject(recordFor(key))).toEqual({ key, etag: undefined });
  });
});

it("takes S3's test event for an empty list", () => {
  expect(s3Event.parse({ Service: 'Amazon S3', Event: 's3:TestEvent' }).Records).toEqual([]);
});
