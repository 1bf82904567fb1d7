import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { createTieredCache } from '#shared/adapters/memory/tiered-cache.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import { createRedisCache } from '#shared/adapters/redis/redis-cache.ts';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import { createSqsQueue } from '#shared/adapters/sqs/sqs-queue.ts';
import type { Keyring } from '#shared/crypto/keyring.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { APP_ROLE } from '#shared/db/roles.ts';
import { REQUEST_LIMITS, type StatementLimits } from '#shared/db/statement-limits.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { Log } from '#shared/ports/log.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import type { Config } from '#shared/runtime/config.ts';
import { type ContentStore, createContentStore } from '#shared/vault/content-store.ts';
import { createPreviewStore, type PreviewStore } from '#shared/vault/preview-store.ts';
import type { Builders } from './built-at-first-read.ts';

/** What is kept, and where it is on its way. */
export interface Stores {
  readonly db: Db;
  /** A connection of its own as the account of DATABASE_URL, in no role; whoever opens it closes it. */
  readonly openAsOwner: () => Db;
  readonly storage: ObjectStorage;
  /** The bytes of files in `storage`, encrypted. */
  readonly content: ContentStore;
  /** Small copies of pictures in `storage`, encrypted. */
  readonly previews: PreviewStore;
  readonly queue: Queue;
  readonly vectorIndex: VectorIndex;
  readonly cache: Cache;
}

type Needed = Pick<Stores, 'storage'> & { config: Config; log: Log; keyring: Keyring };

export const STORES: Builders<Stores, Needed> = {
  db: (needed) => openPool(needed, REQUEST_LIMITS),
  openAsOwner:
    ({ config }) =>
    () =>
      openDatabase({ url: config.DATABASE_URL, poolMax: 1 }),
  storage: ({ config }) =>
    createS3ObjectStorage({
      region: config.AWS_REGION,
      endpoint: config.S3_ENDPOINT,
      publicEndpoint: config.S3_PUBLIC_ENDPOINT,
      buckets: { storage: config.S3_BUCKET, incoming: config.S3_INCOMING_BUCKET },
    }),
  content: ({ storage, keyring }) => createContentStore(storage, keyring),
  previews: ({ storage, keyring }) => createPreviewStore(storage, keyring),
  queue: ({ config }) =>
    createSqsQueue({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT, prefix: config.QUEUE_PREFIX }),
  vectorIndex: ({ config }) =>
    createQdrantVectorIndex({
      url: config.QDRANT_URL,
      ...(config.QDRANT_API_KEY ? { apiKey: config.QDRANT_API_KEY } : {}),
      collection: config.QDRANT_COLLECTION,
      tenancy: config.QDRANT_TENANCY,
      timeoutMs: config.QDRANT_TIMEOUT_MS,
    }),
  cache: ({ config, log }) =>
    config.REDIS_URL
      ? createTieredCache(
          createMemoryCache(),
          createRedisCache(config.REDIS_URL, (err) => log.warn({ err }, 'the cache is not responding')),
        )
      : createMemoryCache(),
};

export function openPool({ config, log }: { config: Config; log: Log }, limits: StatementLimits): Db {
  return openDatabase({
    url: config.DATABASE_URL,
    poolMax: config.DATABASE_POOL_MAX,
    role: APP_ROLE,
    limits,
    onBroken: (err) => log.warn({ err }, 'the database closed a connection'),
  });
}
