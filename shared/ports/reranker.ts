/** Reads a question and a passage together and says how well the one answers the other: a cross-encoder. */
export interface Reranker {
  /** Hub name, e.g. `Xenova/ms-marco-MiniLM-L-6-v2`. */
  readonly modelId: string;
  /**
   * One score a text, in order: the model's own, unbounded, the higher the better. What is longer than the model's window
   * is cut to it. `signal` ends the work between two runs of the model.
   * @throws AppError MODEL_UNAVAILABLE, DEPENDENCY_UNAVAILABLE, PROCESSING_FAILED; the reason of `signal`
   */
  score(query: string, texts: readonly string[], signal?: AbortSignal): Promise<number[]>;
}
