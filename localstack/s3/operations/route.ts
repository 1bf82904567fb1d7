import { AwsError } from '#localstack/aws/aws-error.ts';
import type { S3Answer } from '../answer.ts';
import type { S3Context } from '../context.ts';
import { createBucket, deleteBucket, deleteObjects, listBuckets } from './buckets.ts';
import { listObjects } from './listing.ts';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadPart,
} from './multipart.ts';
import { deleteObject, putObject, readObject } from './objects.ts';

type Operation = (context: S3Context) => S3Answer | Promise<S3Answer>;

/** Sub-resources that exist on AWS and change what a request means; unknown to us, they must not fall through. */
const UNSUPPORTED = [
  'acl',
  'attributes',
  'cors',
  'encryption',
  'legal-hold',
  'lifecycle',
  'notification',
  'object-lock',
];
const ALSO_UNSUPPORTED = ['policy', 'renameObject', 'restore', 'retention', 'select', 'tagging', 'torrent', 'versions'];

/** Chooses the operation by method and sub-resource. @throws AwsError NotImplemented, NoSuchBucket */
export function route(context: S3Context): S3Answer | Promise<S3Answer> {
  const unsupported = [...UNSUPPORTED, ...ALSO_UNSUPPORTED].find((name) => context.query.has(name));
  if (unsupported !== undefined) throw notImplemented(`?${unsupported}`);
  return operation(context)(context);
}

function operation(context: S3Context): Operation {
  const { method } = context.request;
  if (context.bucket === '') {
    if (method === 'GET') return listBuckets;
    throw notImplemented(method);
  }
  if (context.key === '' && method === 'PUT') return createBucket;
  if (!context.catalog.hasBucket(context.bucket)) {
    throw new AwsError(404, 'NoSuchBucket', 'The specified bucket does not exist');
  }
  return context.key === '' ? bucketOperation(context, method) : objectOperation(context, method);
}

function bucketOperation({ query }: S3Context, method: string): Operation {
  if (method === 'HEAD') return () => ({ status: 200 });
  if (method === 'DELETE') return deleteBucket;
  if (method === 'POST' && query.has('delete')) return deleteObjects;
  if (method === 'GET' && query.has('uploads')) return listMultipartUploads;
  if (method === 'GET' && query.has('location')) {
    return () => ({ status: 200, body: '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>' });
  }
  if (method === 'GET') return listObjects;
  throw notImplemented(`${method} of a bucket`);
}

function objectOperation({ query }: S3Context, method: string): Operation {
  if (query.has('uploadId')) {
    if (method === 'PUT') return uploadPart;
    if (method === 'POST') return completeMultipartUpload;
    if (method === 'DELETE') return abortMultipartUpload;
    if (method === 'GET') return listParts;
  }
  if (method === 'POST' && query.has('uploads')) return createMultipartUpload;
  if (method === 'PUT') return putObject;
  if (method === 'GET' || method === 'HEAD') return readObject;
  if (method === 'DELETE') return deleteObject;
  throw notImplemented(`${method} of an object`);
}

function notImplemented(what: string): AwsError {
  return new AwsError(501, 'NotImplemented', `The local S3 does not know ${what}.`);
}
