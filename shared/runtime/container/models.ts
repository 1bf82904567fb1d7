import { join } from 'node:path';
import { createHashingEmbedder } from '#shared/adapters/hashing/hashing-embedder.ts';
import type { OcrSettings } from '#shared/formats/extract-windows.ts';
import { BM25, indexModelOf, partsOf } from '#shared/models/index-model.ts';
import { HASHING_MODEL_ID } from '#shared/models/models.ts';
import type { Embedder, Embedders } from '#shared/ports/embedder.ts';
import type { ImageEmbedder } from '#shared/ports/image-embedder.ts';
import type { Reranker } from '#shared/ports/reranker.ts';
import type { Transcriber } from '#shared/ports/transcriber.ts';
import type { Config } from '#shared/runtime/config.ts';
import { type Analyzers, createAnalyzers } from '#shared/text/analyzers.ts';
import type { Builders } from './built-at-first-read.ts';
import { buildModel } from './model-providers.ts';

/** What understands: texts, questions, pictures and speech. */
export interface Models {
  readonly embedders: Embedders;
  /** What pictures are found with. */
  readonly imageEmbedder: ImageEmbedder;
  /** What recordings are transcribed with. */
  readonly transcriber: Transcriber;
  /** What reads the best passages once more; undefined where none is set up. */
  readonly reranker: Reranker | undefined;
  /** How words in pictures are read. */
  readonly ocr: OcrSettings;
  /** What makes terms of words. */
  readonly analyzers: Analyzers;
}

export const MODEL_PARTS: Builders<Models, { config: Config }> = {
  embedders: ({ config }) => buildEmbedders(config),
  imageEmbedder: ({ config }) => buildModel('image', config, config.CLIP_MODEL),
  transcriber: ({ config }) => buildModel('transcriber', config, config.WHISPER_MODEL),
  reranker: ({ config }) => (config.RERANK_MODEL ? buildModel('reranker', config, config.RERANK_MODEL) : undefined),
  ocr: ({ config }) => ({ languages: config.OCR_LANGUAGES, dataDir: join(config.MODEL_DIR, 'tessdata') }),
  analyzers: createAnalyzers,
};

/** Of every index: its dense model and, where one makes its sparse vectors, that. Indexes share the models they share. */
function buildEmbedders(config: Config): Embedders {
  const denseOf = builtOnce((modelId) => buildDense(config, modelId));
  const sparseOf = builtOnce((modelId) => buildModel('sparse', config, modelId));
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

const FEW_PASSAGES = 8;

/** The built-in stand-in is for trying out alone; every other model has a provider. */
function buildDense(config: Config, modelId: string): Embedder {
  if (modelId !== HASHING_MODEL_ID || config.OMNIRAG_ENV !== 'local') return buildModel('dense', config, modelId);
  const own = createHashingEmbedder();
  if (!config.EMBEDDING_URL) return own;
  // A query takes 0.1 ms here and 2 ms over there, as does a short text; many passages go there, so that no search waits for
  // them.
  const served = buildModel('dense', config, modelId);
  return {
    ...own,
    embedPassages: (texts) => (texts.length <= FEW_PASSAGES ? own : served).embedPassages(texts),
  };
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
