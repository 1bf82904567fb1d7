import { AwsError } from '#localstack/aws/aws-error.ts';
import { type S3Answer, unescapeXml, xmlAnswer, xmlTexts } from '../answer.ts';
import type { S3Context } from '../context.ts';

export function listBuckets(context: S3Context): S3Answer {
  return xmlAnswer(200, 'ListAllMyBucketsResult', {
    Owner: { ID: 'omnirag', DisplayName: 'omnirag' },
    Buckets: {
      Bucket: context.catalog
        .buckets()
        .map((bucket) => ({ Name: bucket.name, CreationDate: bucket.created.toISOString() })),
    },
  });
}

export function createBucket(context: S3Context): S3Answer {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(context.bucket)) {
    throw new AwsError(400, 'InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (context.catalog.hasBucket(context.bucket)) {
    throw new AwsError(409, 'BucketAlreadyOwnedByYou', 'The bucket exists, and it is yours.');
  }
  context.catalog.createBucket(context.bucket);
  return { status: 200, headers: { location: `/${context.bucket}` } };
}

export function deleteBucket(context: S3Context): S3Answer {
  const full = context.catalog.listObjects(context.bucket, '', '', 1).length > 0;
  if (full || context.catalog.uploads(context.bucket).length > 0) {
    throw new AwsError(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
  }
  context.catalog.deleteBucket(context.bucket);
  return { status: 204 };
}

export async function deleteObjects(context: S3Context): Promise<S3Answer> {
  const xml = await context.bodyText();
  const keys = xmlTexts(xml, 'Object').map((object) => unescapeXml(xmlTexts(object, 'Key')[0] ?? ''));
  if (keys.length === 0 || keys.length > 1000) throw new AwsError(400, 'MalformedXML', 'Name 1 to 1000 keys.');
  for (const key of keys) await context.blobs.remove(context.catalog.deleteObject(context.bucket, key));
  const quiet = xmlTexts(xml, 'Quiet')[0] === 'true';
  return xmlAnswer(200, 'DeleteResult', { Deleted: quiet ? [] : keys.map((Key) => ({ Key })) });
}
