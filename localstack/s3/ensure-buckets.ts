import { CreateBucketCommand, HeadBucketCommand, NotFound, type S3Client } from '@aws-sdk/client-s3';
import type { BucketDeclaration } from '#localstack/declarations/buckets.ts';

/** Makes the declared buckets that are not there yet. */
export async function ensureBuckets(s3: S3Client, buckets: readonly BucketDeclaration[]): Promise<void> {
  for (const { name } of buckets) {
    const present = await s3.send(new HeadBucketCommand({ Bucket: name })).then(
      () => true,
      (error: unknown) => {
        if (error instanceof NotFound) return false;
        throw error;
      },
    );
    if (!present) await s3.send(new CreateBucketCommand({ Bucket: name }));
  }
}
