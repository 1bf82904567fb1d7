import { SQSClient } from '@aws-sdk/client-sqs';
import type { BucketDeclaration } from '#localstack/declarations/buckets.ts';
import { requiredEnv } from '#localstack/process/child-env.ts';
import { createQueueUrls } from '#localstack/sqs/queue-urls.ts';
import { runAsChild } from '#shared/runtime/run-as-child.ts';
import { createNotifier } from './notifications.ts';
import { startS3Server } from './s3-server.ts';

runAsChild(async () => {
  const region = requiredEnv('AWS_REGION');
  const sqs = new SQSClient({ region, endpoint: requiredEnv('SQS_ENDPOINT') });
  const buckets = JSON.parse(requiredEnv('S3_BUCKET_DECLARATIONS')) as BucketDeclaration[];
  const server = await startS3Server({
    dataDir: requiredEnv('S3_DATA_DIR'),
    host: requiredEnv('S3_HOST'),
    port: Number(requiredEnv('S3_PORT')),
    region,
    credentials: {
      accessKeyId: requiredEnv('AWS_ACCESS_KEY_ID'),
      secretAccessKey: requiredEnv('AWS_SECRET_ACCESS_KEY'),
    },
    allowedOrigins: requiredEnv('S3_ALLOWED_ORIGINS').split(','),
    notifyCreated: createNotifier(buckets, sqs, createQueueUrls(sqs), region),
    onError: (what, error) => console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`),
  });
  return {
    details: { port: server.port },
    async stop() {
      await server.stop();
      sqs.destroy();
    },
  };
});
