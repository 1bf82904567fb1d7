import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Credentials } from '#localstack/aws/signature.ts';
import type { CloudDeclaration } from '#localstack/declarations/cloud.ts';
import { ensureBuckets } from '#localstack/s3/ensure-buckets.ts';
import type { Secrets } from '#localstack/secrets/secrets.ts';
import { ensureQueues } from '#localstack/sqs/ensure-queues.ts';
import type { PartStarter } from './part-starter.ts';
import {
  allowedOrigins,
  clientAddress,
  type Environment,
  given,
  innerAddress,
  listenHost,
  type Ports,
} from './settings.ts';

export interface StoresContext {
  dataDir: string;
  env: Environment;
  ports: Ports;
  secrets: Secrets;
  region: string;
  publicUrl: string;
  cloud: CloudDeclaration;
  parts: PartStarter;
}

type StoreSettings = Record<'SQS_ENDPOINT' | 'S3_ENDPOINT' | 'S3_PUBLIC_ENDPOINT', string>;

/** Starts SQS and S3, each unless its address is given, and makes what is declared. Returns the settings that name them. */
export async function startQueuesAndBuckets(context: StoresContext): Promise<StoreSettings> {
  const sqsEndpoint = given(context.env, 'SQS_ENDPOINT') ?? (await startSqs(context));
  const external = given(context.env, 'S3_ENDPOINT');
  const port = external === undefined ? await startS3(context, sqsEndpoint) : 0;
  const s3Endpoint = external ?? innerAddress(context.env, port);
  const ownPublic = port === 0 ? s3Endpoint : clientAddress(context.env, context.publicUrl, port);
  const known = { region: context.region, ...credentialsOf(context.secrets, context.env) };
  const sqs = new SQSClient({ endpoint: sqsEndpoint, ...known });
  const s3 = new S3Client({ endpoint: s3Endpoint, ...known, forcePathStyle: true });
  try {
    await Promise.all([ensureQueues(sqs, context.cloud.queues), ensureBuckets(s3, context.cloud.buckets)]);
  } finally {
    sqs.destroy();
    s3.destroy();
  }
  return {
    SQS_ENDPOINT: sqsEndpoint,
    S3_ENDPOINT: s3Endpoint,
    S3_PUBLIC_ENDPOINT: given(context.env, 'S3_PUBLIC_ENDPOINT') ?? ownPublic,
  };
}

/** For clients of S3 and SQS; none where no key is set, in production, so that the SDK looks for them in its own places. */
export function credentialsOf(secrets: Secrets, env: Environment): { credentials?: Credentials } {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = secrets;
  if (accessKeyId === '' || secretAccessKey === '') return {};
  // A token goes with the key that stands beside it, and with none that was made here.
  const sessionToken = given(env, 'AWS_ACCESS_KEY_ID') === accessKeyId ? given(env, 'AWS_SESSION_TOKEN') : undefined;
  return { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } };
}

async function startSqs({ dataDir, env, ports, secrets, region, parts }: StoresContext): Promise<string> {
  const part = await parts.spawn({
    name: 'sqs',
    main: 'localstack/sqs/main.ts',
    pinned: { port: 'SQS_PORT' },
    port: { of: 'sqs', detail: 'port' },
    env: {
      ...env,
      SQS_DATA_DIR: join(dataDir, 'sqs'),
      SQS_PORT: String(ports.sqs),
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: secrets.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: secrets.AWS_SECRET_ACCESS_KEY,
    },
  });
  const { port } = await part.ready((details) => `http://127.0.0.1:${details.port}`);
  return `http://127.0.0.1:${port}`;
}

async function startS3(context: StoresContext, sqsEndpoint: string): Promise<number> {
  const { dataDir, env, ports, secrets, region, parts, cloud } = context;
  const part = await parts.spawn({
    name: 's3',
    main: 'localstack/s3/main.ts',
    pinned: { port: 'S3_PORT' },
    port: { of: 's3', detail: 'port' },
    env: {
      ...env,
      S3_DATA_DIR: join(dataDir, 's3'),
      S3_HOST: listenHost(env),
      S3_PORT: String(ports.s3),
      S3_BUCKET_DECLARATIONS: JSON.stringify(cloud.buckets),
      S3_ALLOWED_ORIGINS: allowedOrigins(env, context.publicUrl).join(','),
      SQS_ENDPOINT: sqsEndpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: secrets.AWS_ACCESS_KEY_ID,
      AWS_SECRET_ACCESS_KEY: secrets.AWS_SECRET_ACCESS_KEY,
    },
  });
  const { port } = await part.ready((details) => innerAddress(env, Number(details.port)));
  return Number(port);
}
