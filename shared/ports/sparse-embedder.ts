export interface SparseVector {
  indices: number[];
  values: number[];
}

/** Turns text into weights of words, those included that mean the same: SPLADE. */
export interface SparseEmbedder {
  /** Hub name, e.g. `prithivida/Splade_PP_en_v2`. */
  readonly modelId: string;
  /**
   * One vector a text, in order: ascending ids of the model's vocabulary, and weights above 0. Passages and queries alike.
   * @throws AppError MODEL_UNAVAILABLE, DEPENDENCY_UNAVAILABLE, PROCESSING_FAILED
   */
  embed(texts: readonly string[]): Promise<SparseVector[]>;
}
