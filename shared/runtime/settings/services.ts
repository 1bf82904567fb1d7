import { z } from 'zod';
import { addressRanges, baseUrl, bucket, integer, key, origins, type Settings, url } from './kinds.ts';

export const SYSTEM = {
  OMNIRAG_ENV: {
    schema: z.enum(['production', 'local']).default('production'),
    doc: 'Only `local`, which `npm start`, the demo and the tests set, has stand-ins, the built-in embedder and generated secrets.',
    aws: 'production',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    doc: 'The least serious lines that the log has; `npm start` takes `warn` unless it is set.',
  },
  PUBLIC_URL: {
    schema: baseUrl,
    doc: 'The address people reach, without a path; beyond this machine it has to be `https`.',
    aws: '!GetAtt HttpApi.ApiEndpoint',
  },
  STREAM_URL: {
    schema: url,
    doc: 'Base of the function URL that streams file contents.',
    // Of the API, for the streaming function alone: it can't refer to its own; infra/packaging gives it to all others.
    aws: '!GetAtt HttpApi.ApiEndpoint',
  },
  CORS_ORIGINS: {
    schema: origins,
    doc: 'Origins, in a list with commas, whose pages may call the HTTP interface, upload and download; not set, that of `PUBLIC_URL`.',
  },
  TRUSTED_PROXIES: {
    schema: addressRanges,
    doc: 'Addresses and networks (`127.0.0.1,10.0.0.0/8`) whose `X-Forwarded-For` is believed; see [Behind a proxy](real-services.md#behind-a-proxy).',
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
    doc: 'Connections a pool may hold: one pool a function, on the local cloud three pools, of 10 each unless it is set; the start is refused when `max_connections` of the database is less than they need. On AWS keep the number of concurrent functions below it.',
  },
} satisfies Settings;

const OF_THE_STACK = 'the buckets and queues there are those that the stack declares';

export const STORES = {
  AWS_REGION: {
    schema: z
      .string()
      .regex(/^[a-z0-9-]{2,40}$/, 'must be the name of a region such as us-east-1')
      .default('us-east-1'),
    doc: 'The region of the buckets and queues, which signatures name.',
    local: 'Lambda sets it itself and refuses it among the settings',
  },
  S3_ENDPOINT: {
    schema: url.optional(),
    doc: "An S3-compatible store; not set, AWS's own.",
    local: OF_THE_STACK,
  },
  S3_PUBLIC_ENDPOINT: {
    schema: url.optional(),
    doc: 'The address clients reach the store at, where it is another than `S3_ENDPOINT`.',
    local: OF_THE_STACK,
  },
  S3_BUCKET: {
    schema: bucket.default('omnirag-storage'),
    doc: 'The bucket where files are kept.',
    aws: '!Ref StorageBucket',
  },
  S3_INCOMING_BUCKET: {
    schema: bucket.default('omnirag-incoming'),
    doc: 'The bucket where files arrive.',
    aws: '!Ref IncomingBucket',
  },
  SQS_ENDPOINT: {
    schema: url.optional(),
    doc: "The server of the queues; not set, AWS's own.",
    local: OF_THE_STACK,
  },
  QUEUE_PREFIX: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{0,60}$/, 'must be letters, digits, hyphens and underscores, 60 at most')
      .default('omnirag-'),
    doc: 'What the names of the queues begin with.',
    local: OF_THE_STACK,
  },
} satisfies Settings;

export const SEARCH = {
  VECTOR_DB_PROVIDER: {
    schema: z.enum(['qdrant'], 'must be qdrant, the only one there is').default('qdrant'),
    doc: 'The kind of vector store; there is one.',
  },
  QDRANT_URL: { schema: url, doc: 'The vector store.' },
  QDRANT_API_KEY: { schema: key.optional(), doc: 'The key of the vector store.', secret: true },
  QDRANT_COLLECTION: {
    schema: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be letters, digits, hyphens and underscores, 100 at most')
      .default('ragbase_hybrid'),
    doc: 'What the names of the collections begin with.',
  },
  QDRANT_TENANCY: {
    schema: z.enum(['collection-per-user', 'shared']).default('collection-per-user'),
    doc: 'A collection a person, or one that all share.',
  },
  QDRANT_TIMEOUT_MS: {
    schema: integer(10_000, 100, 120_000),
    doc: 'Milliseconds that one request to the vector store may take.',
  },
  REDIS_URL: {
    schema: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// address' }).optional(),
    doc: 'The cache, `redis://` or `rediss://`, with a password where it asks; not set, each process has one of its own.',
    secret: true,
  },
  SEARCH_LEG_TIMEOUT_MS: {
    schema: integer(5_000, 50, 60_000),
    doc: 'Milliseconds that each leg of a search may take; the others answer without one that takes longer.',
  },
  BM25_K1: {
    schema: z.coerce.number().min(0).max(10).default(1.2),
    doc: 'How soon more of the same word stops to matter, in BM25.',
  },
  BM25_B: {
    schema: z.coerce.number().min(0).max(1).default(0.75),
    doc: 'How much longer passages are marked down, in BM25.',
  },
} satisfies Settings;
