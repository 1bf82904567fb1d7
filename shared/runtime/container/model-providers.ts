import type { EndpointOptions } from '#shared/adapters/model-server/endpoint.ts';
import { createOpenAiEmbedder } from '#shared/adapters/openai-embeddings/openai-embedder.ts';
import { createOpenAiImageEmbedder } from '#shared/adapters/openai-embeddings/openai-image-embedder.ts';
import { createOpenAiTranscriber } from '#shared/adapters/openai-transcriptions/openai-transcriber.ts';
import { createTeiReranker } from '#shared/adapters/text-embeddings-inference/tei-reranker.ts';
import { createTeiSparseEmbedder } from '#shared/adapters/text-embeddings-inference/tei-sparse-embedder.ts';
import type { ModelSource } from '#shared/adapters/transformers/model-files.ts';
import type { Embedder } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { SparseEmbedder } from '#shared/ports/sparse-embedder.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';
import type { Config } from '#shared/runtime/config.ts';
import { MODEL_SETTINGS, type ModelKind } from '#shared/runtime/settings/models.ts';

/** The port of each kind of model. */
interface ModelPorts extends Record<ModelKind, object> {
  dense: Embedder;
  sparse: SparseEmbedder;
  image: ImageEmbedder;
  transcriber: Transcriber;
  reranker: Reranker;
}

interface ModelServer extends Pick<EndpointOptions, 'url' | 'apiKey' | 'timeoutMs'> {
  modelId: string;
}

interface ModelProvider<Model> {
  /** Speaks to the server that the settings name. */
  served(server: ModelServer): Model;
  /** Of one request to it. */
  timeoutMs: number;
  /** Loads the files of the model into this process, where no server is named. */
  load(source: ModelSource): Promise<Model>;
  /** Calls `load` when it is first asked something. */
  loading(load: () => Promise<Model>, modelId: string): Model;
}

/**
 * Who provides each kind of model. The library that loads them takes 69 MB and 0.13 s to import: functions that never ask a
 * model do without, so it is imported with the first load.
 */
const PROVIDERS: { readonly [Kind in ModelKind]: ModelProvider<ModelPorts[Kind]> } = {
  dense: {
    served: createOpenAiEmbedder,
    timeoutMs: 60_000,
    load: async (source) =>
      (await import('#shared/adapters/transformers/transformers-embedder.ts')).createTransformersEmbedder(source),
    loading: (load) => ({
      describe: async () => (await load()).describe(),
      embedPassages: async (texts) => (await load()).embedPassages(texts),
      embedQuery: async (text) => (await load()).embedQuery(text),
      countTokens: async (texts) => (await load()).countTokens(texts),
    }),
  },
  sparse: {
    served: createTeiSparseEmbedder,
    timeoutMs: 60_000,
    load: async (source) =>
      (await import('#shared/adapters/transformers/transformers-sparse-embedder.ts')).createTransformersSparseEmbedder(
        source,
      ),
    loading: (load, modelId) => ({ modelId, embed: async (texts) => (await load()).embed(texts) }),
  },
  image: {
    served: createOpenAiImageEmbedder,
    timeoutMs: 60_000,
    load: async (source) =>
      (await import('#shared/adapters/transformers/transformers-image-embedder.ts')).createTransformersImageEmbedder(
        source,
      ),
    loading: (load) => ({
      describe: async () => (await load()).describe(),
      embedImages: async (pictures) => (await load()).embedImages(pictures),
      embedDescription: async (text) => (await load()).embedDescription(text),
    }),
  },
  transcriber: {
    served: createOpenAiTranscriber,
    // A window of 30 s takes some seconds; others of other files may stand before it.
    timeoutMs: 300_000,
    load: async (source) =>
      (await import('#shared/adapters/transformers/transformers-transcriber.ts')).createTransformersTranscriber(source),
    loading: (load) => ({ transcribe: async (samples, options) => (await load()).transcribe(samples, options) }),
  },
  reranker: {
    served: createTeiReranker,
    timeoutMs: 60_000,
    load: async (source) =>
      (await import('#shared/adapters/transformers/transformers-reranker.ts')).createTransformersReranker(source),
    loading: (load, modelId) => ({
      modelId,
      score: async (query, texts, signal) => (await load()).score(query, texts, signal),
    }),
  },
};

/** A model behind its port: of a server where the settings name one, else of files that the first call loads. */
export function buildModel<Kind extends ModelKind>(kind: Kind, config: Config, modelId: string): ModelPorts[Kind] {
  const provider = PROVIDERS[kind];
  const settings = MODEL_SETTINGS[kind];
  const url = config[settings.url];
  if (url) {
    return provider.served({ url, apiKey: config[settings.key], modelId, timeoutMs: provider.timeoutMs });
  }
  // In production a function carries its model; it does not fetch one while somebody waits.
  const source = { modelId, modelDir: config.MODEL_DIR, allowRemote: config.OMNIRAG_ENV === 'local' };
  return provider.loading(
    retriedOnFailure(() => provider.load(source)),
    modelId,
  );
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
