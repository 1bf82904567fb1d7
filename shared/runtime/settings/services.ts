import { z } from 'zod';
import { addressRanges, baseUrl, bucket, integer, key, origins, type Settings, url } from './kinds.ts';

export const SYSTEM = {
  OMNIRAG_ENV: {
    schema: z.enum(['production', 'local']).default('production'),
    doc: 'Only `local` allows stand-ins, the built-in embedder and generated secrets; `npm start`, the demo and the tests set it.',
    aws: 'production',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    doc: 'Lowest level of messages in the log; `npm start` uses `warn` by default.',
  },
  PUBLIC_URL: {
    schema: baseUrl,
    doc: 'Public address of the system, without a path; in production it must be `https` unless it is only used on this machine.',
    aws: '!GetAtt HttpApi.ApiEndpoint',
  },
  STREAM_URL: {
    schema: url,
    doc: 'Base address of the function URL that streams file content.',
    // Of the API, for the streaming function alone: it can't refer to its own; infra/packaging gives it to all others.
    aws: '!GetAtt HttpApi.ApiEndpoint',
  },
  CORS_ORIGINS: {
    schema: origins,
    doc: 'Comma-separated origins whose pages may call the API, upload and download; unset: the origin of `PUBLIC_URL`.',
  },
  TRUSTED_PROXIES: {
    schema: addressRanges,
    doc: 'Addresses and networks (`127.0.0.1,10.0.0.0/8`) whose `X-Forwarded-For` header is trusted; see [Behind a proxy](real-services.md#behind-a-proxy).',
  },
} satisfies Settings;

export const DATABASE = {
  DATABASE_URL: {
    schema: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address' }),
    doc: '`postgres://…`, PostgreSQL 15 or later.',
    secret: true,
  },
  DATABASE_POOL_MAX: {
    schema: integer(1, 1, 50),
    doc: 'Maximum number of connections per pool. Each function has one pool; the local cloud has three, of 10 connections each by default, and does not start if `max_connections` of the database is too low for them. On AWS, keep the number of concurrently running functions below `max_connections`.',
  },
} satisfies Settings;

const OF_THE_STACK = 'the stack declares the buckets and queues';

export const STORES = {
  AWS_REGION: {
    schema: z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/, 'must be the name of a region such as us-east-1')
      .default('us-east-1'),
    doc: 'Region of the buckets and queues.',
    local: 'Lambda sets it itself and does not accept it as a setting',
  },
  S3_ENDPOINT: {
    schema: url.optional(),
    doc: "Address of S3-compatible storage; unset: AWS's own.",
    local: OF_THE_STACK,
  },
  S3_PUBLIC_ENDPOINT: {
    schema: url.optional(),
    doc: 'Address at which clients reach the storage, if it differs from `S3_ENDPOINT`.',
    local: OF_THE_STACK,
  },
  S3_BUCKET: {
    schema: bucket.default('omnirag-storage'),
    doc: 'Bucket for stored files.',
    aws: '!Ref StorageBucket',
  },
  S3_INCOMING_BUCKET: {
    schema: bucket.default('omnirag-incoming'),
    doc: 'Bucket for incoming files.',
    aws: '!Ref IncomingBucket',
  },
  SQS_ENDPOINT: {
    schema: url.optional(),
    doc: "Address of the SQS server; unset: AWS's own.",
    local: OF_THE_STACK,
  },
  QUEUE_PREFIX: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{0,60}$/, 'must be letters, digits, hyphens and underscores, 60 at most')
      .default('omnirag-'),
    doc: 'Prefix of queue names.',
    local: OF_THE_STACK,
  },
} satisfies Settings;

export const SEARCH = {
  VECTOR_DB_PROVIDER: {
    schema: z.enum(['qdrant'], 'must be qdrant, the only supported vector store').default('qdrant'),
    doc: 'The vector store; only `qdrant` is supported.',
  },
  QDRANT_URL: { schema: url, doc: 'Address of the vector store.' },
  QDRANT_API_KEY: { schema: key.optional(), doc: 'API key of the vector store.', secret: true },
  QDRANT_COLLECTION: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be letters, digits, hyphens and underscores, 100 at most')
      .default('ragbase_hybrid'),
    doc: 'Prefix of collection names.',
  },
  QDRANT_TENANCY: {
    schema: z.enum(['collection-per-user', 'shared']).default('collection-per-user'),
    doc: 'One collection per user, or one shared by all.',
  },
  QDRANT_TIMEOUT_MS: {
    schema: integer(10_000, 100, 120_000),
    doc: 'Time limit for a request to the vector store, in milliseconds.',
  },
  REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
    doc: 'Address of the Redis cache, `redis://` or `rediss://`, with a password if needed; unset: each process has its own cache.',
    secret: true,
  },
  SEARCH_LEG_TIMEOUT_MS: {
    schema: integer(5_000, 50, 60_000),
    doc: 'Time limit for each leg of a search, in milliseconds; legs that take longer are left out.',
  },
  BM25_K1: {
    schema: z.coerce.number().min(0).max(10).default(1.2),
    doc: 'BM25 parameter k1: how quickly repetitions of a word stop counting.',
  },
  BM25_B: {
    schema: z.coerce.number().min(0).max(1).default(0.75),
    doc: 'BM25 parameter b: how much long passages are marked down.',
  },
} satisfies Settings;
