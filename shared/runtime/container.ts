import { createGoogleDrive } from '#shared/adapters/google/google-drive.ts';
import { createMemoryCache } from '#shared/adapters/memory/memory-cache.ts';
import { createTieredCache } from '#shared/adapters/memory/tiered-cache.ts';
import { createOpenAiEmbedder } from '#shared/adapters/openai-embeddings/openai-embedder.ts';
import { createOpenAiImageEmbedder } from '#shared/adapters/openai-embeddings/openai-image-embedder.ts';
import { createOpenAiTranscriber } from '#shared/adapters/openai-transcriptions/openai-transcriber.ts';
import { createQdrantVectorIndex } from '#shared/adapters/qdrant/qdrant-vector-index.ts';
import { createRedisCache } from '#shared/adapters/redis/redis-cache.ts';
import { createS3ObjectStorage } from '#shared/adapters/s3/s3-object-storage.ts';
import { createSqsQueue } from '#shared/adapters/sqs/sqs-queue.ts';
import { createTeiReranker } from '#shared/adapters/text-embeddings-inference/tei-reranker.ts';
import { createTeiSparseEmbedder } from '#shared/adapters/text-embeddings-inference/tei-sparse-embedder.ts';
import { createPasswords, type Passwords } from '#shared/auth/passwords.ts';
import { parseTokenKeys, type TokenKeys } from '#shared/auth/token-keys.ts';
import { parseKeyring } from '#shared/crypto/keyring.ts';
import { type Db, openDatabase } from '#shared/db/database.ts';
import { APP_ROLE } from '#shared/db/roles.ts';
import { type ContentStore, createContentStore } from '#shared/files/content-store.ts';
import { createPreviewStore, type PreviewStore } from '#shared/files/preview-store.ts';
import { createHashingEmbedder } from '#shared/pipeline/embed/hashing-embedder.ts';
import { BM25, indexModelOf, partsOf } from '#shared/pipeline/embed/index-model.ts';
import { HASHING_MODEL_ID } from '#shared/pipeline/embed/models.ts';
import type { Cache } from '#shared/ports/cache.ts';
import type { DriveProvider } from '#shared/ports/drive.ts';
import type { Embedder, Embedders } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { ObjectStorage } from '#shared/ports/object-storage.ts';
import type { Queue } from '#shared/ports/queue.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { SparseEmbedder } from '#shared/ports/sparse-embedder.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';
import type { VectorIndex } from '#shared/ports/vector-index.ts';
import { type Analyzers, createAnalyzers } from '#shared/search/analysis/analyzers.ts';
import { createSingleFlight, type SingleFlight } from '#shared/search/single-flight.ts';
import { type Config, readConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';

/** Everything a function may need; each part is built when it is first asked for. */
export interface Container {
  readonly config: Config;
  readonly log: Logger;
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
  readonly embedders: Embedders;
  readonly tokenKeys: TokenKeys;
  readonly passwords: Passwords;
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
  const db = once(() => openDatabase({ url: config.DATABASE_URL, poolMax: config.DATABASE_POOL_MAX, role: APP_ROLE }));
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
  const embedders = once(() => buildEmbedders(config));
  const tokenKeys = once(() => parseTokenKeys(config));
  const passwords = once(() => createPasswords(config.BCRYPT_COST));
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
    get embedders() {
      return embedders();
    },
    get tokenKeys() {
      return tokenKeys();
    },
    get passwords() {
      return passwords();
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

function buildEmbedders(config: Config): Embedders {
  const built = new Map<string, Embedder>();
  return {
    chosen: indexModelOf({ dense: config.EMBEDDING_MODEL, sparse: config.SPARSE_MODEL }),
    of(modelId) {
      const embedder = built.get(modelId) ?? buildIndexEmbedder(config, modelId);
      built.set(modelId, embedder);
      return embedder;
    },
  };
}

/** The dense model of an index and, where one makes its sparse vectors, that. */
function buildIndexEmbedder(config: Config, indexModel: string): Embedder {
  const { dense, sparse } = partsOf(indexModel);
  const embedder = buildEmbedder(config, dense);
  if (sparse === BM25) return embedder;
  return {
    ...embedder,
    sparse: buildSparseEmbedder(config, sparse),
    describe: async () => ({ ...(await embedder.describe()), id: indexModel }),
  };
}

function buildSparseEmbedder(config: Config, modelId: string): SparseEmbedder {
  const { SPARSE_URL: url, SPARSE_API_KEY: apiKey } = config;
  if (url) return createTeiSparseEmbedder({ url, apiKey, modelId, timeoutMs: 60_000 });
  const load = retriedOnFailure(async () => {
    const { createTransformersSparseEmbedder } = await import(
      '#shared/adapters/transformers/transformers-sparse-embedder.ts'
    );
    return createTransformersSparseEmbedder({
      modelId,
      modelDir: config.MODEL_DIR,
      allowRemote: config.OMNIRAG_ENV === 'local',
    });
  });
  return { modelId, embed: async (texts) => (await load()).embed(texts) };
}

function buildEmbedder(config: Config, modelId: string): Embedder {
  if (config.EMBEDDING_URL) {
    return createOpenAiEmbedder({
      url: config.EMBEDDING_URL,
      ...(config.EMBEDDING_API_KEY ? { apiKey: config.EMBEDDING_API_KEY } : {}),
      modelId,
      timeoutMs: 60_000,
    });
  }
  if (modelId === HASHING_MODEL_ID && config.OMNIRAG_ENV === 'local') return createHashingEmbedder();
  const load = retriedOnFailure(async () => {
    // Its library takes 69 MB and 0.13 s to import: functions that never embed do without.
    const { createTransformersEmbedder } = await import('#shared/adapters/transformers/transformers-embedder.ts');
    return createTransformersEmbedder({
      modelId,
      modelDir: config.MODEL_DIR,
      // In production a function carries its model; it does not fetch one while somebody waits.
      allowRemote: config.OMNIRAG_ENV === 'local',
    });
  });
  return {
    describe: async () => (await load()).describe(),
    embedPassages: async (texts) => (await load()).embedPassages(texts),
    embedQuery: async (text) => (await load()).embedQuery(text),
    countTokens: async (texts) => (await load()).countTokens(texts),
  };
}

function buildTranscriber(config: Config): Transcriber {
  if (config.TRANSCRIPTION_URL) {
    return createOpenAiTranscriber({
      url: config.TRANSCRIPTION_URL,
      ...(config.TRANSCRIPTION_API_KEY ? { apiKey: config.TRANSCRIPTION_API_KEY } : {}),
      modelId: config.WHISPER_MODEL,
      // A window of 30 s takes some seconds; others of other files may stand before it.
      timeoutMs: 300_000,
    });
  }
  const load = retriedOnFailure(async () => {
    const { createTransformersTranscriber } = await import('#shared/adapters/transformers/transformers-transcriber.ts');
    return createTransformersTranscriber({
      modelId: config.WHISPER_MODEL,
      modelDir: config.MODEL_DIR,
      allowRemote: config.OMNIRAG_ENV === 'local',
    });
  });
  return { transcribe: async (samples, options) => (await load()).transcribe(samples, options) };
}

function buildImageEmbedder(config: Config): ImageEmbedder {
  if (config.IMAGE_EMBEDDING_URL) {
    return createOpenAiImageEmbedder({
      url: config.IMAGE_EMBEDDING_URL,
      ...(config.IMAGE_EMBEDDING_API_KEY ? { apiKey: config.IMAGE_EMBEDDING_API_KEY } : {}),
      modelId: config.CLIP_MODEL,
      timeoutMs: 60_000,
    });
  }
  const load = retriedOnFailure(async () => {
    const { createTransformersImageEmbedder } = await import(
      '#shared/adapters/transformers/transformers-image-embedder.ts'
    );
    return createTransformersImageEmbedder({
      modelId: config.CLIP_MODEL,
      modelDir: config.MODEL_DIR,
      allowRemote: config.OMNIRAG_ENV === 'local',
    });
  });
  return {
    describe: async () => (await load()).describe(),
    embedImages: async (pictures) => (await load()).embedImages(pictures),
    embedDescription: async (text) => (await load()).embedDescription(text),
  };
}

function buildReranker(config: Config): Reranker | undefined {
  const { RERANK_MODEL: modelId, RERANK_URL: url, RERANK_API_KEY: apiKey } = config;
  if (!modelId) return undefined;
  if (url) return createTeiReranker({ url, apiKey, modelId, timeoutMs: 60_000 });
  const load = retriedOnFailure(async () => {
    const { createTransformersReranker } = await import('#shared/adapters/transformers/transformers-reranker.ts');
    return createTransformersReranker({
      modelId,
      modelDir: config.MODEL_DIR,
      allowRemote: config.OMNIRAG_ENV === 'local',
    });
  });
  return { modelId, score: async (query, texts, signal) => (await load()).score(query, texts, signal) };
}

/** Loads once; a load that failed is tried again at the next call. */
function retriedOnFailure<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** One container a process: what one invocation opened the next one finds open. Settings are read at the first call. */
export const getContainer: () => Container = once(() => buildContainer(readConfig()));
