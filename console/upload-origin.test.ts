import { afterEach, expect, test, vi } from 'vitest';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import { uploadOrigin } from './upload-origin.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['AWS', 'eu-central-1', 'omnirag-incoming', undefined, undefined],
  ['AWS, its first region', 'us-east-1', 'omnirag-incoming', undefined, undefined],
  ['AWS, a bucket with dots', 'eu-west-1', 'omnirag.incoming', undefined, undefined],
  ['a compatible store', 'us-east-1', 'omnirag-incoming', 'http://127.0.0.1:9000', undefined],
  ['a store with a public address', 'us-east-1', 'incoming', 'http://minio:9000', 'https://files.example.com:8443'],
])(
  'the page may call the address that uploads are signed for: %s',
  async (_, region, bucket, endpoint, publicEndpoint) => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    const storage = createS3ObjectStorage({
      region,
      endpoint,
      publicEndpoint,
      buckets: { storage: 'omnirag-storage', incoming: bucket },
    });
    const { url } = await storage.presignPut('uploads/1', { size: 1, contentType: 'text/plain', expiresInSeconds: 60 });
    expect(
      uploadOrigin({
        AWS_REGION: region,
        S3_INCOMING_BUCKET: bucket,
        S3_ENDPOINT: endpoint,
        S3_PUBLIC_ENDPOINT: publicEndpoint,
      }),
    ).toBe(new URL(url).origin);
  },
);
