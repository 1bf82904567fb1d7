import type { Embedder, EmbeddingModel } from '#shared/ports/embedder.ts';

/** A token as Text Embeddings Inference's `POST /tokenize` describes it. */
export interface ModelToken {
  id: number;
  text: string;
  special: boolean;
  /** Offsets in the text where the tokenizer tells them. */
  start: number | null;
  stop: number | null;
}

/** A model without the habits of its registry entry: texts go in as they are, the caller has put the prefixes on. */
export interface RawModel {
  describe(): Promise<EmbeddingModel>;
  /** One vector of unit length a text, in order. @throws AppError MODEL_UNAVAILABLE, EMBEDDING_SIZE_MISMATCH */
  embedTexts(texts: readonly string[]): Promise<number[][]>;
  /** Without special tokens. */
  countTokens(texts: readonly string[]): Promise<number[]>;
  /** Without special tokens. */
  tokenize(texts: readonly string[]): Promise<ModelToken[][]>;
}

/** A model that runs in this process: usable through the port, and as it is by the model host. */
export type LocalEmbedder = Embedder & RawModel & { dispose(): Promise<void> };
