import { createGoogleDrive } from '#shared/adapters/google/google-drive.ts';
import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { createTieredCache } from '#shared/adapters/memory/tiered-cache.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import { createRedisCache } from '#shared/adapters/redis/redis-cache.ts';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import { createSmtpMailer } from '#shared/adapters/smtp/smtp-mailer.ts';
import { createSqsQueue } from '#shared/adapters/sqs/sqs-queue.ts';
import { createPasswords, type Passwords } from '#shared/auth/passwords.ts';
import { parseTokenKeys, type TokenKeys } from '#shared/auth/token-keys.ts';
import { parseKeyring } from '#shared/crypto/keyring.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { APP_ROLE } from '#shared/db/roles.ts';
import { BACKGROUND_LIMITS, REQUEST_LIMITS, type StatementLimits } from '#shared/db/statement-limits.ts';
import { createHostGate, type HostGate } from '#shared/pipeline/host-gate.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import type { Embedders } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { Log } from '#shared/ports/log.ts';
import type { Mailer } from '#shared/ports/mailer.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { createSingleFlight, type SingleFlight } from '#shared/search/single-flight.ts';
import { type Analyzers, createAnalyzers } from '#shared/text/analyzers.ts';
import { type ContentStore, createContentStore } from '#shared/vault/content-store.ts';
import { createPreviewStore, type PreviewStore } from '#shared/vault/preview-store.ts';
import { type Config, readConfig } from './config.ts';
import { buildEmbedders, buildImageEmbedder, buildReranker, buildTranscriber } from './container-models.ts';
import { createLogger } from './logger.ts';

/** Everything a function may need; each part is built when it is first asked for. */
export interface Container {
  readonly config: Config;
  readonly log: Log;
  readonly db: Db;
  readonly storage: ObjectStorage;
  /** The bytes of files in `storage`, encrypted. */
  readonly content: ContentStore;
  /** Small copies of pictures in `storage`, encrypted. */
  readonly previews: PreviewStore;
  readonly queue: Queue;
  /** Undefined where no Google client is set up. */
  readonly drive: DriveProvider | undefined;
  readonly vectorIndex: VectorIndex;
  readonly cache: Cache;
  /** What makes terms of words. */
  readonly analyzers: Analyzers;
  /** Searches that are under way. */
  readonly searches: SingleFlight;
  /** Files that are worked on in this process. */
  readonly host: HostGate;
  readonly embedders: Embedders;
  readonly tokenKeys: TokenKeys;
  readonly passwords: Passwords;
  /** Undefined where no outgoing mail is set up. */
  readonly mailer: Mailer | undefined;
  readonly transcriber: Transcriber;
  readonly imageEmbedder: ImageEmbedder;
  /** Undefined where no model is set up. */
  readonly reranker: Reranker | undefined;
}

/** Calls `build` once, at the first read. */
function once<T>(build: () => T): () => T {
  let built: { value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}

/** The only place that builds adapters. */
export function buildContainer(config: Config): Container {
  const log = createLogger(config.LOG_LEVEL);
  const db = once(() => openPool(config, log, REQUEST_LIMITS));
  const storage = once(() =>
    createS3ObjectStorage({
      region: config.AWS_REGION,
      endpoint: config.S3_ENDPOINT,
      publicEndpoint: config.S3_PUBLIC_ENDPOINT,
      buckets: { storage: config.S3_BUCKET, incoming: config.S3_INCOMING_BUCKET },
    }),
  );
  const keyring = once(() => parseKeyring(config));
  const content = once(() => createContentStore(storage(), keyring()));
  const previews = once(() => createPreviewStore(storage(), keyring()));
  const queue = once(() =>
    createSqsQueue({ region: config.AWS_REGION, endpoint: config.SQS_ENDPOINT, prefix: config.QUEUE_PREFIX }),
  );
  const drive = once(() => buildDrive(config));
  const vectorIndex = once(() =>
    createQdrantVectorIndex({
      url: config.QDRANT_URL,
      ...(config.QDRANT_API_KEY ? { apiKey: config.QDRANT_API_KEY } : {}),
      collection: config.QDRANT_COLLECTION,
      tenancy: config.QDRANT_TENANCY,
      timeoutMs: config.QDRANT_TIMEOUT_MS,
    }),
  );
  const cache = once(() =>
    config.REDIS_URL
      ? createTieredCache(
          createMemoryCache(),
          createRedisCache(config.REDIS_URL, (err) => log.warn({ err }, 'the cache does not answer')),
        )
      : createMemoryCache(),
  );
  const analyzers = once(createAnalyzers);
  const searches = once(createSingleFlight);
  const host = once(createHostGate);
  const embedders = once(() => buildEmbedders(config));
  const tokenKeys = once(() => parseTokenKeys(config));
  const passwords = once(() => createPasswords(config.BCRYPT_COST));
  const mailer = once(() => buildMailer(config));
  const transcriber = once(() => buildTranscriber(config));
  const imageEmbedder = once(() => buildImageEmbedder(config));
  const reranker = once(() => buildReranker(config));
  return {
    config,
    log,
    get db() {
      return db();
    },
    get storage() {
      return storage();
    },
    get content() {
      return content();
    },
    get drive() {
      return drive();
    },
    get previews() {
      return previews();
    },
    get queue() {
      return queue();
    },
    get vectorIndex() {
      return vectorIndex();
    },
    get cache() {
      return cache();
    },
    get analyzers() {
      return analyzers();
    },
    get searches() {
      return searches();
    },
    get host() {
      return host();
    },
    get embedders() {
      return embedders();
    },
    get tokenKeys() {
      return tokenKeys();
    },
    get passwords() {
      return passwords();
    },
    get mailer() {
      return mailer();
    },
    get transcriber() {
      return transcriber();
    },
    get imageEmbedder() {
      return imageEmbedder();
    },
    get reranker() {
      return reranker();
    },
  };
}

function openPool(config: Config, log: Log, limits: StatementLimits): Db {
  return openDatabase({
    url: config.DATABASE_URL,
    poolMax: config.DATABASE_POOL_MAX,
    role: APP_ROLE,
    limits,
    onBroken: (err) => log.warn({ err }, 'the database ended a connection'),
  });
}

/**
 * The same parts with a pool of its own for what nobody waits for: its statements may take longer, and while they do,
 * the connections of requests stay free. Where a process holds one function alone, one of the two is never opened.
 */
export function inBackground(container: Container): Container {
  const db = once(() => openPool(container.config, container.log, BACKGROUND_LIMITS));
  const parts = Object.getOwnPropertyDescriptors(container);
  return Object.defineProperties({} as Container, { ...parts, db: { get: db, enumerable: true } });
}

function buildMailer({ SMTP_URL: url, MAIL_FROM: from }: Config): Mailer | undefined {
  return url && from ? createSmtpMailer({ url, from }) : undefined;
}

function buildDrive(config: Config): DriveProvider | undefined {
  const { GOOGLE_CLIENT_ID: clientId, GOOGLE_CLIENT_SECRET: clientSecret } = config;
  if (!clientId || !clientSecret) return undefined;
  return createGoogleDrive({
    clientId,
    clientSecret,
    redirectUri: new URL('/drive/callback', config.PUBLIC_URL).href,
    scope: config.GOOGLE_SCOPE,
    apiRoot: config.GOOGLE_API_ROOT,
  });
}

/** One container a process: what one invocation opened the next one finds open. Settings are read at the first call. */
export const getContainer: () => Container = once(() => buildContainer(readConfig()));

/** The container of functions that answer no request: of queues and schedules. */
export const getBackgroundContainer: () => Container = once(() => inBackground(getContainer()));
