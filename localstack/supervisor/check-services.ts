import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Credentials } from '#localstack/aws/signature.ts';
import { type Environment, given } from './settings.ts';
import { whyNoAnswer } from './why-no-answer.ts';

const PATIENCE_MS = 5_000;
const OLDEST_POSTGRES = 15;

interface Asked {
  env: Environment;
  /** With which S3 and SQS are asked; the SDK's own where they are left out. */
  credentials?: Credentials;
  region: string;
}

/** Asks one service. @returns what is wrong, one line that begins with a setting; undefined when it answers as it should */
type Ask = (address: string, asked: Asked) => Promise<string | undefined>;

/** Each setting that names a service, and how it is asked whether it is there. */
const SERVICES: Record<string, Ask> = {
  DATABASE_URL: askPostgres,
  REDIS_URL: askRedis,
  QDRANT_URL: askQdrant,
  S3_ENDPOINT: (endpoint, { credentials, region }) =>
    askAws('S3_ENDPOINT', async () => {
      const known = { endpoint, region, ...(credentials && { credentials }) };
      const s3 = new S3Client({ ...known, forcePathStyle: true, maxAttempts: 1 });
      await s3
        .send(new ListBucketsCommand({}), { abortSignal: AbortSignal.timeout(PATIENCE_MS) })
        .finally(() => s3.destroy());
    }),
  SQS_ENDPOINT: (endpoint, { credentials, region }) =>
    askAws('SQS_ENDPOINT', async () => {
      const sqs = new SQSClient({ endpoint, region, ...(credentials && { credentials }), maxAttempts: 1 });
      const signal = { abortSignal: AbortSignal.timeout(PATIENCE_MS) };
      await sqs.send(new ListQueuesCommand({ MaxResults: 1 }), signal).finally(() => sqs.destroy());
    }),
  EMBEDDING_URL: askHttp,
  IMAGE_EMBEDDING_URL: askHttp,
  TRANSCRIPTION_URL: askHttp,
  SPARSE_URL: askHttp,
  RERANK_URL: askHttp,
  GOOGLE_API_ROOT: askHttp,
};

/** The settings that name services, which are asked before anything starts. */
export const SERVICE_SETTINGS: readonly string[] = Object.keys(SERVICES);

/**
 * Asks every service that is set whether it is there and lets us in, all at once.
 * @param except settings that are wrong in themselves
 * @returns one line for each that is not, by the name of its setting
 */
export async function serviceProblems(asked: Asked, except: readonly string[]): Promise<string[]> {
  const questions = Object.entries(SERVICES).map(async ([setting, ask]) => {
    const address = given(asked.env, setting);
    if (address === undefined || except.includes(setting)) return undefined;
    return ask(address, asked).catch((error: unknown) => `${setting}: ${whyNoAnswer(error, address, PATIENCE_MS)}`);
  });
  return (await Promise.all(questions)).filter((problem) => problem !== undefined);
}

async function askPostgres(connectionString: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const version = Math.floor(Number(rows[0]?.server_version_num) / 10_000);
    if (version >= OLDEST_POSTGRES) return undefined;
    return `DATABASE_URL: is PostgreSQL ${version}; ${OLDEST_POSTGRES} or later is needed`;
  } catch (error) {
    const refusal = error instanceof pg.DatabaseError ? REFUSALS_OF_POSTGRES[error.code ?? ''] : undefined;
    if (refusal === undefined && error instanceof pg.DatabaseError) {
      return `DATABASE_URL: PostgreSQL refused the connection: ${error.message}`;
    }
    if (refusal === undefined) throw error;
    return `DATABASE_URL: ${refusal}`;
  } finally {
    // A connection that never came about has no end to wait for.
    client.end().catch(() => undefined);
  }
}

const REFUSALS_OF_POSTGRES: Record<string, string> = {
  '28P01': 'PostgreSQL rejected the username or password',
  '28000': 'PostgreSQL rejected the username or the connection method (see pg_hba.conf)',
  '3D000': 'the database does not exist; create it',
  '53300': 'PostgreSQL has no free connections',
  '57P03': 'PostgreSQL is starting up or shutting down',
};

async function askRedis(address: string): Promise<string | undefined> {
  const redis = new Redis(address, {
    connectTimeout: PATIENCE_MS,
    commandTimeout: PATIENCE_MS,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // The event tells why; the call that fails says only that the connection is closed.
  let reason: unknown;
  redis.on('error', (error) => {
    reason ??= error;
  });
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } catch (error) {
    const cause = reason ?? error;
    if (/WRONGPASS|NOAUTH|invalid password/i.test(String(cause)))
      return 'REDIS_URL: Redis rejected the username or password';
    throw cause;
  } finally {
    redis.disconnect();
  }
}

async function askQdrant(address: string, { env }: Asked): Promise<string | undefined> {
  const key = given(env, 'QDRANT_API_KEY');
  const answer = await fetch(new URL('collections', `${address.replace(/\/+$/, '')}/`), {
    headers: key === undefined ? {} : { 'api-key': key },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await answer.text();
  if (answer.status === 401 || answer.status === 403) return 'QDRANT_API_KEY: was rejected by the server at QDRANT_URL';
  if (answer.ok && /"collections"\s*:/.test(text)) return undefined;
  return `QDRANT_URL: the server at ${new URL(address).host} is not a working Qdrant (HTTP ${answer.status})`;
}

async function askAws(setting: string, ask: () => Promise<void>): Promise<string | undefined> {
  try {
    await ask();
    return undefined;
  } catch (error) {
    const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if (/InvalidAccessKeyId|SignatureDoesNotMatch|UnrecognizedClient|InvalidClientTokenId/.test(name)) {
      return `AWS_ACCESS_KEY_ID: was rejected, with AWS_SECRET_ACCESS_KEY, by the service at ${setting}`;
    }
    if (/ExpiredToken|InvalidToken/.test(name)) {
      return `AWS_SESSION_TOKEN: has expired or was rejected by the service at ${setting}`;
    }
    // An answer that is no permission to list is an answer.
    if ($metadata?.httpStatusCode !== undefined && $metadata.httpStatusCode < 500) return undefined;
    throw error;
  }
}

/** Any answer will do: which addresses a model server has is its own affair, and a model may load for minutes. */
async function askHttp(address: string): Promise<undefined> {
  const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
  await answer.body?.cancel();
}
