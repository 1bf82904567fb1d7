import type { SparseEmbedder } from './sparse-embedder.ts';

/** What is known about the model that makes the dense vectors. */
export interface EmbeddingModel {
  /**
   * Hub name, e.g. `Xenova/bge-small-en-v1.5`, or `hashing-384` for the built-in stand-in; where a model makes the sparse
   * vectors, its name follows (see index-model.ts).
   */
  id: string;
  /** Length of every vector. */
  dimensions: number;
  /** Tokens the model reads at most, its special tokens included. */
  maxTokens: number;
}

/** Embedders by the name of their model. */
export interface Embedders {
  /** The index that EMBEDDING_MODEL and SPARSE_MODEL name. */
  readonly chosen: string;
  /** Always the same one for a model, which is loaded, or whose server is asked, by the first call. */
  of(modelId: string): Embedder;
}

/** Turns text into dense vectors of unit length. Two adapters: in-process transformers, and any OpenAI-compatible endpoint. */
export interface Embedder {
  /** Makes the sparse vectors that go with the dense ones into an index; undefined where these are BM25's. */
  readonly sparse?: SparseEmbedder | undefined;
  /** @throws AppError MODEL_UNAVAILABLE */
  describe(): Promise<EmbeddingModel>;
  /** One vector a text, in order. @throws AppError MODEL_UNAVAILABLE, EMBEDDING_SIZE_MISMATCH */
  embedPassages(texts: readonly string[]): Promise<number[][]>;
  /** Applies the query prefix the model wants. @throws as embedPassages */
  embedQuery(text: string): Promise<number[]>;
  /** Tokens of each text by the model's own tokenizer, without special tokens. */
  countTokens(texts: readonly string[]): Promise<number[]>;
}
