import type { EmbeddingModel } from '#shared/ports/embedder.ts';
import { partsOf } from './index-model.ts';

/** The built-in stand-in for machines that can reach no model hub. */
export const HASHING_MODEL_ID = 'hashing-384';

/** How one embedding model wants to be used. */
export interface ModelProfile {
  /** Length of its vectors; undefined for a model that must be asked. */
  dimensions: number | undefined;
  /** Tokens it reads at most, special tokens included; undefined for a model that must be asked. */
  maxTokens: number | undefined;
  /** How token vectors become one: the first token's, or the mean over the text's tokens. */
  pooling: 'cls' | 'mean';
  /** Put before a query, exactly as the model was trained. */
  queryPrefix: string;
  /** Put before a passage, exactly as the model was trained. */
  passagePrefix: string;
  /** What each leg is worth in the fusion of searches. */
  fusionWeights: { dense: number; sparse: number; bm25: number };
  /** Weight files tried in this order: `q8` is `onnx/model_quantized.onnx`, `fp32` is `onnx/model.onnx`. */
  dtypes: readonly ('q8' | 'fp32')[];
}

export type KnownModelProfile = ModelProfile & { dimensions: number; maxTokens: number };

// Until the quality bench has measured a real model, meaning counts as much as both legs that go by words.
const EQUAL_WEIGHTS = { dense: 1, sparse: 0.5, bm25: 0.5 };

const UNKNOWN_MODEL: ModelProfile = {
  dimensions: undefined,
  maxTokens: undefined,
  // Sentence-transformers' own default, and right for most models that are published for feature extraction.
  pooling: 'mean',
  queryPrefix: '',
  passagePrefix: '',
  fusionWeights: EQUAL_WEIGHTS,
  dtypes: ['q8', 'fp32'],
};

const RETRIEVAL_PROMPT = 'Represent this sentence for searching relevant passages: ';

function mean(dimensions: number, maxTokens: number): KnownModelProfile {
  return { ...UNKNOWN_MODEL, dimensions, maxTokens };
}

function bge(dimensions: number): KnownModelProfile {
  return { ...mean(dimensions, 512), pooling: 'cls', queryPrefix: RETRIEVAL_PROMPT };
}

function e5(dimensions: number): KnownModelProfile {
  return { ...mean(dimensions, 512), queryPrefix: 'query: ', passagePrefix: 'passage: ' };
}

// By the last part of the hub name in lower case, because the same weights are published by several organisations
// (BAAI/bge-small-en-v1.5 is Xenova/bge-small-en-v1.5 is the `-ONNX` copy of it).
const FAMILIES: ReadonlyMap<string, KnownModelProfile> = new Map([
  [
    HASHING_MODEL_ID,
    {
      ...mean(384, 512),
      // Measured on Cranfield (nDCG@10): bm25 alone .5347, the sparse leg .505, hashing .394. The two in the vector store
      // reach .506 together with these weights; beside bm25 they bring .5349 with 9, .531 with 2 and .521 with 1.
      fusionWeights: { dense: 0.1, sparse: 1, bm25: 9 },
    },
  ],
  ['bge-small-en-v1.5', bge(384)],
  ['bge-base-en-v1.5', bge(768)],
  ['bge-large-en-v1.5', bge(1024)],
  ['bge-m3', { ...mean(1024, 8192), pooling: 'cls' }],
  ['mxbai-embed-large-v1', bge(1024)],
  ['snowflake-arctic-embed-xs', bge(384)],
  ['snowflake-arctic-embed-s', bge(384)],
  ['snowflake-arctic-embed-m', bge(768)],
  ['snowflake-arctic-embed-l', bge(1024)],
  ['e5-small-v2', e5(384)],
  ['e5-base-v2', e5(768)],
  ['e5-large-v2', e5(1024)],
  ['multilingual-e5-small', e5(384)],
  ['multilingual-e5-base', e5(768)],
  ['multilingual-e5-large', e5(1024)],
  // These read fewer tokens than their tokenizers admit: the length they were trained with.
  ['all-minilm-l6-v2', mean(384, 256)],
  ['all-minilm-l12-v2', mean(384, 128)],
  ['all-mpnet-base-v2', mean(768, 384)],
  ['paraphrase-multilingual-minilm-l12-v2', mean(384, 128)],
  ['gte-small', mean(384, 512)],
  ['gte-base', mean(768, 512)],
  ['gte-large', mean(1024, 512)],
  ['jina-embeddings-v2-small-en', mean(512, 8192)],
  ['jina-embeddings-v2-base-en', mean(768, 8192)],
  ['nomic-embed-text-v1.5', { ...mean(768, 8192), queryPrefix: 'search_query: ', passagePrefix: 'search_document: ' }],
  ['text-embedding-3-small', mean(1536, 8191)],
  ['text-embedding-3-large', mean(3072, 8191)],
]);

/**
 * The part of a model's name that tells its weights: without the organisation and an `-ONNX` ending, lower case; of an
 * index, its dense model's.
 */
export function modelFamily(modelId: string): string {
  const { dense } = partsOf(modelId);
  const name = dense.slice(dense.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(/-onnx$/, '');
}

/** What is known about a model by its name; undefined when nothing is. */
export function knownModel(modelId: string): KnownModelProfile | undefined {
  return FAMILIES.get(modelFamily(modelId));
}

/** As {@link knownModel}, with defaults (mean pooling, no prefixes) for a model that is not in the registry. */
export function modelProfile(modelId: string): ModelProfile {
  return knownModel(modelId) ?? UNKNOWN_MODEL;
}

export interface ChunkLimits {
  /** Tokens one chunk may hold, counted without special tokens. */
  maxTokens: number;
  /** Tokens a chunk repeats from the end of the one before. */
  overlapTokens: number;
}

// [CLS] and [SEP], or their likes.
const SPECIAL_TOKENS = 2;
// Every prefix of the registry is under 16 tokens; characters / 3 is above what any tokenizer makes of them.
const prefixTokens = (prefix: string): number => Math.ceil(prefix.length / 3);
// About a page. A model that reads 8,192 tokens would otherwise blend several pages into one vector and one answer.
const LONGEST_CHUNK = 512;

/** Tokens of a passage that the model reads, counted without special tokens and prefix; what is beyond it cuts off. */
export function passageRoom(model: EmbeddingModel): number {
  return model.maxTokens - SPECIAL_TOKENS - prefixTokens(modelProfile(model.id).passagePrefix);
}

/**
 * How large a chunk should be for this model. Half the model's window: one vector stands for a paragraph or two better
 * than for a page, a hit shows a passage a person can read, and twice the estimated tokens still fit without being cut.
 * Never more than the window less its special tokens and the passage prefix, never more than 512. An eighth of it is
 * repeated from the chunk before, one or two sentences, so that what spans a border is whole in one of the two.
 */
export function chunkLimits(model: EmbeddingModel): ChunkLimits {
  const maxTokens = Math.max(1, Math.min(Math.floor(model.maxTokens / 2), passageRoom(model), LONGEST_CHUNK));
  return { maxTokens, overlapTokens: Math.floor(maxTokens / 8) };
}
