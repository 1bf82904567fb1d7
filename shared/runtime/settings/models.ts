import { z } from 'zod';
import { BM25 } from '#shared/models/index-model.ts';
import { integer, key, model, ocrLanguages, type Settings, url } from './kinds.ts';

export const MODELS = {
  EMBEDDING_MODEL: {
    schema: model.default('Xenova/bge-small-en-v1.5'),
    doc: 'What makes passages found by meaning: any feature-extraction model with ONNX files; with `EMBEDDING_URL` whatever the server calls its model. See [models](models.md).',
  },
  EMBEDDING_URL: { schema: url.optional(), doc: 'An OpenAI-compatible embeddings endpoint instead of the files.' },
  EMBEDDING_API_KEY: { schema: key.optional(), doc: 'The key that `EMBEDDING_URL` asks for.', secret: true },
  WHISPER_MODEL: {
    schema: model.default('Xenova/whisper-base'),
    doc: 'The Whisper model that recordings are transcribed with; see [Recordings](models.md#recordings).',
  },
  TRANSCRIPTION_URL: {
    schema: url.optional(),
    doc: "A server that speaks OpenAI's `POST /v1/audio/transcriptions` instead of the files.",
  },
  TRANSCRIPTION_API_KEY: { schema: key.optional(), doc: 'The key that `TRANSCRIPTION_URL` asks for.', secret: true },
  PATH: {
    schema: z.string().default(''),
    doc: 'Where `ffmpeg`, which recordings of many formats need, is looked for.',
    local: 'it is that of the image',
  },
  CLIP_MODEL: {
    schema: model.default('Xenova/clip-vit-base-patch32'),
    doc: 'The CLIP model that pictures are found with; see [Pictures](models.md#pictures).',
  },
  IMAGE_EMBEDDING_URL: {
    schema: url.optional(),
    doc: 'An embeddings endpoint that takes pictures (Infinity) instead of the files.',
  },
  IMAGE_EMBEDDING_API_KEY: {
    schema: key.optional(),
    doc: 'The key that `IMAGE_EMBEDDING_URL` asks for.',
    secret: true,
  },
  OCR_LANGUAGES: {
    schema: ocrLanguages,
    doc: 'In which pictures and scans are read, `+` between them, the most likely first; each needs the package `@tesseract.js-data/<code>` (those of the default are installed) or `tessdata/<code>.traineddata` in `MODEL_DIR`.',
  },
  SPARSE_MODEL: {
    schema: model.default(BM25),
    doc: 'What makes the sparse vectors: `bm25`, or a SPLADE model; see [Weighing words](models.md#weighing-words).',
  },
  SPARSE_URL: {
    schema: url.optional(),
    doc: "A server that speaks text-embeddings-inference's `POST /embed_sparse` instead of the files.",
  },
  SPARSE_API_KEY: { schema: key.optional(), doc: 'The key that `SPARSE_URL` asks for.', secret: true },
  RERANK_MODEL: {
    schema: model.optional(),
    doc: 'A cross-encoder that reads the best 50 passages of a search [once more](models.md#reading-the-best-passages-once-more); not set, nothing does.',
  },
  RERANK_URL: {
    schema: url.optional(),
    doc: "A server that speaks text-embeddings-inference's `POST /rerank` instead of the files.",
  },
  RERANK_API_KEY: { schema: key.optional(), doc: 'The key that `RERANK_URL` asks for.', secret: true },
  MODEL_DIR: {
    schema: z.string().default('.omnirag/models'),
    doc: 'Where model files lie.',
    aws: '/var/task/models',
  },
  REEMBED_GRACE_HOURS: {
    // Shorter, something could still be on its way to it.
    schema: integer(24, 1, 8_760),
    doc: 'Hours that the index of the model before is kept after a [change](models.md#changing-the-model).',
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
