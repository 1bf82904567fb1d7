import { z } from 'zod';
import { BM25 } from '#shared/models/index-model.ts';
import { integer, key, model, ocrLanguages, type Settings, url } from './kinds.ts';

export const MODELS = {
  EMBEDDING_MODEL: {
    schema: model.default('Xenova/bge-small-en-v1.5'),
    doc: 'The embedding model for search by meaning: any feature-extraction model with ONNX files; with `EMBEDDING_URL`, the name the server uses for its model. See [models](models.md).',
  },
  EMBEDDING_URL: {
    schema: url.optional(),
    doc: 'An OpenAI-compatible embeddings endpoint to use instead of local model files.',
  },
  EMBEDDING_API_KEY: { schema: key.optional(), doc: 'API key for `EMBEDDING_URL`.', secret: true },
  WHISPER_MODEL: {
    schema: model.default('Xenova/whisper-base'),
    doc: 'The Whisper model that transcribes recordings; see [Recordings](models.md#recordings).',
  },
  TRANSCRIPTION_URL: {
    schema: url.optional(),
    doc: "A server with OpenAI's `POST /v1/audio/transcriptions` to use instead of local model files.",
  },
  TRANSCRIPTION_API_KEY: { schema: key.optional(), doc: 'API key for `TRANSCRIPTION_URL`.', secret: true },
  PATH: {
    schema: z.string().default(''),
    doc: 'Folders to search for `ffmpeg`, which many audio and video formats need.',
    local: 'the image sets it',
  },
  CLIP_MODEL: {
    schema: model.default('Xenova/clip-vit-base-patch32'),
    doc: 'The CLIP model for finding pictures; see [Pictures](models.md#pictures).',
  },
  IMAGE_EMBEDDING_URL: {
    schema: url.optional(),
    doc: 'An embeddings endpoint that accepts pictures (Infinity) to use instead of local model files.',
  },
  IMAGE_EMBEDDING_API_KEY: {
    schema: key.optional(),
    doc: 'API key for `IMAGE_EMBEDDING_URL`.',
    secret: true,
  },
  OCR_LANGUAGES: {
    schema: ocrLanguages,
    doc: 'Languages for reading text in pictures and scans, separated by `+`, the most likely first; each needs the package `@tesseract.js-data/<code>` (those for the default are installed) or `tessdata/<code>.traineddata` in `MODEL_DIR`.',
  },
  SPARSE_MODEL: {
    schema: model.default(BM25),
    doc: 'How sparse vectors are made: `bm25` or a SPLADE model; see [Weighing words](models.md#weighing-words).',
  },
  SPARSE_URL: {
    schema: url.optional(),
    doc: "A server with text-embeddings-inference's `POST /embed_sparse` to use instead of local model files.",
  },
  SPARSE_API_KEY: { schema: key.optional(), doc: 'API key for `SPARSE_URL`.', secret: true },
  RERANK_MODEL: {
    schema: model.optional(),
    doc: 'A cross-encoder that [reranks](models.md#reranking) the best 50 passages of a search; unset: no reranking.',
  },
  RERANK_URL: {
    schema: url.optional(),
    doc: "A server with text-embeddings-inference's `POST /rerank` to use instead of local model files.",
  },
  RERANK_API_KEY: { schema: key.optional(), doc: 'API key for `RERANK_URL`.', secret: true },
  MODEL_DIR: {
    schema: z.string().default('.omnirag/models'),
    doc: 'Folder of the model files.',
    aws: '/var/task/models',
  },
  REEMBED_GRACE_HOURS: {
    // Shorter, something could still be on its way to it.
    schema: integer(24, 1, 8_760),
    doc: 'Hours to keep the index of the previous model after a [change](models.md#changing-the-model).',
  },
} satisfies Settings;

/** Which settings name the model of each kind, and the server that runs it instead of this process. */
export const MODEL_SETTINGS = {
  dense: { model: 'EMBEDDING_MODEL', url: 'EMBEDDING_URL', key: 'EMBEDDING_API_KEY' },
  transcriber: { model: 'WHISPER_MODEL', url: 'TRANSCRIPTION_URL', key: 'TRANSCRIPTION_API_KEY' },
  image: { model: 'CLIP_MODEL', url: 'IMAGE_EMBEDDING_URL', key: 'IMAGE_EMBEDDING_API_KEY' },
  sparse: { model: 'SPARSE_MODEL', url: 'SPARSE_URL', key: 'SPARSE_API_KEY' },
  reranker: { model: 'RERANK_MODEL', url: 'RERANK_URL', key: 'RERANK_API_KEY' },
} as const satisfies Readonly<Record<string, Readonly<Record<'model' | 'url' | 'key', keyof typeof MODELS>>>>;

export type ModelKind = keyof typeof MODEL_SETTINGS;
