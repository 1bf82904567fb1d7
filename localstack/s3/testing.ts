import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { type S3ServerOptions, startS3Server } from './s3-server.ts';

export interface TestS3 {
  url: string;
  dataDir: string;
  bucket: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  errors: string[];
  client: S3Client;
  /** A client like `client`, with some things different. */
  clientWith(config: S3ClientConfig): S3Client;
  /** Ends the server and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A real S3 server of ours with one bucket, for tests. */
export async function startTestS3(options: Partial<S3ServerOptions> = {}): Promise<TestS3> {
  const dataDir = await mkdtemp(join(tmpdir(), 'omnirag-s3-'));
  const credentials = {
    accessKeyId: randomBytes(8).toString('hex'),
    secretAccessKey: randomBytes(16).toString('hex'),
  };
  const errors: string[] = [];
  const start = (port: number): ReturnType<typeof startS3Server> =>
    startS3Server({
      dataDir,
      host: '127.0.0.1',
      port,
      region: 'us-east-1',
      credentials,
      allowedOrigins: ['http://localhost:3000'],
      notifyCreated: async () => undefined,
      onError: (what, error) => errors.push(`${what}: ${String(error)}`),
      ...options,
    });
  let server = await start(0);
  const url = `http://127.0.0.1:${server.port}`;
  const clientWith = (config: S3ClientConfig): S3Client =>
    new S3Client({
      endpoint: url,
      region: 'us-east-1',
      credentials,
      forcePathStyle: true,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      maxAttempts: 1,
      ...config,
    });
  const client = clientWith({});
  const bucket = 'test-bucket';
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return {
    url,
    dataDir,
    bucket,
    credentials,
    errors,
    client,
    clientWith,
    async restart() {
      await server.stop();
      server = await start(server.port);
    },
    async stop() {
      client.destroy();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The `Code` of an S3 error answer. */
export async function errorCode(answer: Response): Promise<string | undefined> {
  return /<Code>(\w+)<\/Code>/.exec(await answer.text())?.[1];
}
