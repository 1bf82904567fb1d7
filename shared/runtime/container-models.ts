import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import { createOpenAiEmbedder } from '#shared/adapters/openai-embeddings/openai-embedder.ts';
import { createOpenAiImageEmbedder } from '#shared/adapters/openai-embeddings/openai-image-embedder.ts';
import { createOpenAiTranscriber } from '#shared/adapters/openai-transcriptions/openai-transcriber.ts';
import { createTeiReranker } from '#shared/adapters/text-embeddings-inference/tei-reranker.ts';
import { createTeiSparseEmbedder } from '#shared/adapters/text-embeddings-inference/tei-sparse-embedder.ts';
import { BM25, indexModelOf, partsOf } from '#shared/models/index-model.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { Embedder, Embedders } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { SparseEmbedder } from '#shared/ports/sparse-embedder.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';
import type { Config } from './config.ts';

// The part of container.ts that builds the adapters of models: each is a server where one is named, else the model runs in
// this process. Its library takes 69 MB and 0.13 s to import: functions that never ask a model do without.

/** Of every index: its dense model and, where one makes its sparse vectors, that. Indexes share the models they share. */
export function buildEmbedders(config: Config): Embedders {
  const denseOf = builtOnce((modelId) => buildEmbedder(config, modelId));
  const sparseOf = builtOnce((modelId) => buildSparseEmbedder(config, modelId));
  return {
    chosen: indexModelOf({ dense: config.EMBEDDING_MODEL, sparse: config.SPARSE_MODEL }),
    of: builtOnce((indexModel) => {
      const { dense, sparse } = partsOf(indexModel);
      const embedder = denseOf(dense);
      if (sparse === BM25) return embedder;
      return {
        ...embedder,
        sparse: sparseOf(sparse),
        describe: async () => ({ ...(await embedder.describe()), id: indexModel }),
      };
    }),
  };
}

function buildSparseEmbedder(config: Config, modelId: string): SparseEmbedder {
  const { SPARSE_URL: url, SPARSE_API_KEY: apiKey } = config;
  if (url) return createTeiSparseEmbedder({ url, apiKey, modelId, timeoutMs: 60_000 });
  const load = retriedOnFailure(async () => {
    const { createTransformersSparseEmbedder } = await import(
      '#shared/adapters/transformers/transformers-sparse-embedder.ts'
    );
    return createTransformersSparseEmbedder(localModel(config, modelId));
  });
  return { modelId, embed: async (texts) => (await load()).embed(texts) };
}

function buildEmbedder(config: Config, modelId: string): Embedder {
  const own = modelId === HASHING_MODEL_ID && config.OMNIRAG_ENV === 'local' ? createHashingEmbedder() : undefined;
  if (config.EMBEDDING_URL) {
    const served = createOpenAiEmbedder({
      url: config.EMBEDDING_URL,
      ...(config.EMBEDDING_API_KEY ? { apiKey: config.EMBEDDING_API_KEY } : {}),
      modelId,
      timeoutMs: 60_000,
    });
    // A query takes 0.1 ms here and 2 ms over there; passages go there, so that no search waits for them.
    return own ? { ...served, embedQuery: own.embedQuery } : served;
  }
  if (own) return own;
  const load = retriedOnFailure(async () => {
    const { createTransformersEmbedder } = await import('#shared/adapters/transformers/transformers-embedder.ts');
    return createTransformersEmbedder(localModel(config, modelId));
  });
  return {
    describe: async () => (await load()).describe(),
    embedPassages: async (texts) => (await load()).embedPassages(texts),
    embedQuery: async (text) => (await load()).embedQuery(text),
    countTokens: async (texts) => (await load()).countTokens(texts),
  };
}

/** The model that recordings are transcribed with. */
export function buildTranscriber(config: Config): Transcriber {
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
    return createTransformersTranscriber(localModel(config, config.WHISPER_MODEL));
  });
  return { transcribe: async (samples, options) => (await load()).transcribe(samples, options) };
}

/** The model that pictures are found with. */
export function buildImageEmbedder(config: Config): ImageEmbedder {
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
    return createTransformersImageEmbedder(localModel(config, config.CLIP_MODEL));
  });
  return {
    describe: async () => (await load()).describe(),
    embedImages: async (pictures) => (await load()).embedImages(pictures),
    embedDescription: async (text) => (await load()).embedDescription(text),
  };
}

/** The model that reads the best passages once more; undefined where none is set up. */
export function buildReranker(config: Config): Reranker | undefined {
  const { RERANK_MODEL: modelId, RERANK_URL: url, RERANK_API_KEY: apiKey } = config;
  if (!modelId) return undefined;
  if (url) return createTeiReranker({ url, apiKey, modelId, timeoutMs: 60_000 });
  const load = retriedOnFailure(async () => {
    const { createTransformersReranker } = await import('#shared/adapters/transformers/transformers-reranker.ts');
    return createTransformersReranker(localModel(config, modelId));
  });
  return { modelId, score: async (query, texts, signal) => (await load()).score(query, texts, signal) };
}

function localModel(config: Config, modelId: string): { modelId: string; modelDir: string; allowRemote: boolean } {
  // In production a function carries its model; it does not fetch one while somebody waits.
  return { modelId, modelDir: config.MODEL_DIR, allowRemote: config.OMNIRAG_ENV === 'local' };
}

/** The same for the same name. */
function builtOnce<T>(build: (name: string) => T): (name: string) => T {
  const built = new Map<string, T>();
  return (name) => {
    const known = built.get(name) ?? build(name);
    built.set(name, known);
    return known;
  };
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
