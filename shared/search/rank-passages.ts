import type { SearchLeg, SearchResult } from '#shared/api/search.ts';
import { FUSED_LEGS } from '#shared/ports/vector-index.ts';
import type { LegAnswers } from './ask-legs.ts';
import { type Fused, fuse } from './fuse.ts';

/**
 * What is fused here: the vector store's own fusion of its legs, and what it knows nothing of. A name that holds all that is
 * asked for makes up for the legs in the store, which no name is in.
 */
export type RankingName = 'vectors' | 'bm25' | 'names' | 'image';

export interface RankedPassage extends Fused<RankingName> {
  /** Rank (from 1) and score in each leg that found it. */
  legs: SearchResult['legs'];
  /** Place (from 1) before it was reranked. */
  fusedRank?: number;
}

/** All passages that a leg found, the best first. */
export function rankPassages(
  { encoded, vectors, bm25 }: LegAnswers,
  weights: Readonly<Record<SearchLeg, number>>,
): RankedPassage[] {
  const inStore = FUSED_LEGS.filter((leg) => encoded.vectors[leg] !== undefined);
  const vectorsWeight = inStore.reduce((sum, leg) => sum + weights[leg], 0);
  // Asked alone, pictures have nothing to be a share of.
  const textsWeight = vectorsWeight + (bm25 ? weights.bm25 : 0) || 1;
  const fused = fuse<RankingName>([
    { name: 'vectors', weight: vectorsWeight, ids: idsOf(vectors.fused) },
    { name: 'bm25', weight: weights.bm25, ids: idsOf(bm25?.hits) },
    { name: 'names', weight: vectorsWeight, ids: bm25?.named ?? [] },
    { name: 'image', weight: weights.image * textsWeight, ids: idsOf(vectors.legs.image) },
  ]);
  const legs = new Map<string, SearchResult['legs']>();
  for (const [leg, hits] of Object.entries({ ...vectors.legs, bm25: bm25?.hits })) {
    hits?.forEach(({ id, score }, position) => {
      legs.set(id, { ...legs.get(id), [leg]: { rank: position + 1, score } });
    });
  }
  return fused.map((passage) => ({ ...passage, legs: legs.get(passage.id) ?? {} }));
}

function idsOf(hits: readonly { id: string }[] = []): string[] {
  return hits.map(({ id }) => id);
}
