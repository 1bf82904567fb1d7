import type { Bm25Settings } from '#shared/bm25/scores.ts';

export interface SearchLimits {
  /** What each leg may take, and reranking too. */
  legTimeoutMs: number;
  bm25: Bm25Settings;
}
