import { type S3Answer, xmlAnswer } from '../answer.ts';
import type { S3Context } from '../context.ts';
import { keyAfterPrefix, type StoredObject } from '../store/catalog.ts';

const MAX_KEYS = 1000;

interface Page {
  objects: StoredObject[];
  commonPrefixes: string[];
  /** The place to go on from; undefined when the listing is complete. */
  next: string | undefined;
}

/** ListObjectsV2, and the first version for clients that still ask for it. */
export function listObjects(context: S3Context): S3Answer {
  const { query } = context;
  const second = query.get('list-type') === '2';
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const asked = Number(query.get('max-keys') ?? MAX_KEYS);
  const maxKeys = Number.isInteger(asked) && asked >= 0 ? Math.min(asked, MAX_KEYS) : MAX_KEYS;
  const token = query.get('continuation-token');
  const after = token === null ? (query.get(second ? 'start-after' : 'marker') ?? '') : decodeToken(token);
  const page = listPage(context, { prefix, delimiter, after, maxKeys });

  const encodes = query.get('encoding-type') === 'url';
  const name = (key: string): string => (encodes ? encodeURIComponent(key).replaceAll('%2F', '/') : key);
  return xmlAnswer(200, 'ListBucketResult', {
    Name: context.bucket,
    Prefix: name(prefix),
    Delimiter: delimiter === '' ? undefined : name(delimiter),
    EncodingType: encodes ? 'url' : undefined,
    MaxKeys: maxKeys,
    KeyCount: second ? page.objects.length + page.commonPrefixes.length : undefined,
    IsTruncated: page.next !== undefined,
    NextContinuationToken: second && page.next !== undefined ? encodeToken(page.next) : undefined,
    NextMarker: second || page.next === undefined ? undefined : name(page.next),
    Contents: page.objects.map((object) => ({
      Key: name(object.key),
      LastModified: object.lastModified.toISOString(),
      ETag: object.etag,
      Size: object.size,
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: name(common) })),
  });
}

function listPage(
  context: S3Context,
  wanted: { prefix: string; delimiter: string; after: string; maxKeys: number },
): Page {
  const page: Page = { objects: [], commonPrefixes: [], next: undefined };
  let after = wanted.after;
  while (wanted.maxKeys > 0) {
    const found = context.catalog.listObjects(context.bucket, wanted.prefix, after, MAX_KEYS);
    if (found.length === 0) return page;
    let rolledUp: string | undefined;
    for (const object of found) {
      if (rolledUp !== undefined && object.key.startsWith(rolledUp)) continue;
      if (page.objects.length + page.commonPrefixes.length === wanted.maxKeys) return { ...page, next: after };
      const end = wanted.delimiter === '' ? -1 : object.key.indexOf(wanted.delimiter, wanted.prefix.length);
      if (end === -1) {
        page.objects.push(object);
        after = object.key;
      } else {
        rolledUp = object.key.slice(0, end + wanted.delimiter.length);
        page.commonPrefixes.push(rolledUp);
        after = keyAfterPrefix(rolledUp);
      }
    }
  }
  return page;
}

function encodeToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function decodeToken(token: string): string {
  return Buffer.from(token, 'base64url').toString('utf8');
}
