import { AwsError } from '#localstack/aws/aws-error.ts';
import { noSuchKey, preconditionFailed, type S3Answer, xmlAnswer } from '../answer.ts';
import type { S3Context } from '../context.ts';
import type { StoredObject } from '../store/catalog.ts';
import { parseRange } from './range.ts';

const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'expires'];

/** The headers of an upload that come back with the object. */
export function keptHeaders(context: S3Context): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of context.request.headers.keys()) {
    const value = context.header(name);
    if (value === undefined || !(KEPT_HEADERS.includes(name) || name.startsWith('x-amz-meta-'))) continue;
    const text = name === 'content-encoding' ? value.replace(/aws-chunked,?\s*/, '') : value;
    if (text !== '') kept[name] = text;
  }
  return kept;
}

export async function putObject(context: S3Context): Promise<S3Answer> {
  if (context.header('x-amz-copy-source') !== undefined) return copyObject(context);
  checkWriteConditions(context);
  const { blob, md5 } = await context.receiveBody();
  const object: StoredObject = {
    bucket: context.bucket,
    key: context.key,
    size: blob.size,
    etag: `"${md5.toString('hex')}"`,
    contentType: context.header('content-type') ?? 'binary/octet-stream',
    lastModified: new Date(),
    headers: keptHeaders(context),
    blobs: [blob],
  };
  await storeObject(context, object, () => context.catalog.putObject(object));
  await context.notifyCreated(object, 'Put');
  return { status: 200, headers: { etag: object.etag } };
}

async function copyObject(context: S3Context): Promise<S3Answer> {
  const source = decodeURIComponent(context.header('x-amz-copy-source') ?? '').replace(/^\//, '');
  const slash = source.indexOf('/');
  const found = context.catalog.object(source.slice(0, slash), source.slice(slash + 1));
  if (slash === -1 || found === undefined) throw noSuchKey();
  const expected = context.header('x-amz-copy-source-if-match');
  if (expected !== undefined && !etagMatches(expected, found)) throw preconditionFailed();
  const written = await context.blobs.write(context.blobs.read(found.blobs, 0, found.size - 1));
  const replaces = context.header('x-amz-metadata-directive') === 'REPLACE';
  const object: StoredObject = {
    ...found,
    bucket: context.bucket,
    key: context.key,
    etag: `"${written.md5.toString('hex')}"`,
    lastModified: new Date(),
    contentType: (replaces ? context.header('content-type') : undefined) ?? found.contentType,
    headers: replaces ? keptHeaders(context) : found.headers,
    blobs: [written.blob],
  };
  await storeObject(context, object, () => context.catalog.putObject(object));
  await context.notifyCreated(object, 'Copy');
  return xmlAnswer(200, 'CopyObjectResult', {
    ETag: object.etag,
    LastModified: object.lastModified.toISOString(),
  });
}

/** Makes an object visible; blobs that nothing uses any more go, those of the new object if it could not be stored. */
export async function storeObject(
  context: S3Context,
  object: StoredObject,
  commit: () => StoredObject['blobs'],
): Promise<void> {
  try {
    checkWriteConditions(context);
    await context.blobs.remove(commit());
  } catch (error) {
    if (context.catalog.object(object.bucket, object.key)?.blobs[0]?.id !== object.blobs[0]?.id) {
      await context.blobs.remove(object.blobs);
    }
    throw error;
  }
}

function checkWriteConditions(context: S3Context): void {
  if (!context.catalog.hasBucket(context.bucket)) {
    throw new AwsError(404, 'NoSuchBucket', 'The specified bucket does not exist');
  }
  const present = context.catalog.object(context.bucket, context.key);
  const ifMatch = context.header('if-match');
  if (context.header('if-none-match') === '*' && present !== undefined) throw preconditionFailed();
  if (ifMatch === undefined) return;
  if (present === undefined) throw noSuchKey();
  if (!etagMatches(ifMatch, present)) throw preconditionFailed();
}

/** GET and HEAD. */
export function readObject(context: S3Context): S3Answer {
  const object = context.catalog.object(context.bucket, context.key);
  if (object === undefined) throw noSuchKey();
  const ifMatch = context.header('if-match');
  const ifNoneMatch = context.header('if-none-match');
  const headers: Record<string, string> = {
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    ...object.headers,
    'content-type': context.query.get('response-content-type') ?? object.contentType,
  };
  const disposition = context.query.get('response-content-disposition');
  if (disposition !== null) headers['content-disposition'] = disposition;
  if (ifMatch !== undefined && !etagMatches(ifMatch, object)) throw preconditionFailed();
  if (ifNoneMatch !== undefined && etagMatches(ifNoneMatch, object)) return { status: 304, headers };

  const range = parseRange(context.header('range'), object.size);
  if (range === 'unsatisfiable') {
    throw new AwsError(416, 'InvalidRange', 'The requested range is not satisfiable');
  }
  const { start, end } = range ?? { start: 0, end: object.size - 1 };
  headers['content-length'] = String(end - start + 1);
  if (range !== undefined) headers['content-range'] = `bytes ${start}-${end}/${object.size}`;
  const status = range === undefined ? 200 : 206;
  if (context.request.method === 'HEAD' || object.size === 0) return { status, headers };
  return { status, headers, body: context.blobs.read(object.blobs, start, end) };
}

export async function deleteObject(context: S3Context): Promise<S3Answer> {
  const present = context.catalog.object(context.bucket, context.key);
  const ifMatch = context.header('if-match');
  if (present !== undefined && ifMatch !== undefined && !etagMatches(ifMatch, present)) throw preconditionFailed();
  await context.blobs.remove(context.catalog.deleteObject(context.bucket, context.key));
  return { status: 204 };
}

/** Clients send ETags with and without their quotes. */
function etagMatches(condition: string, object: StoredObject): boolean {
  const bare = object.etag.replaceAll('"', '');
  return condition.split(',').some((entry) => {
    const wanted = entry.trim().replace(/^W\//, '').replaceAll('"', '');
    return wanted === '*' || wanted === bare;
  });
}
