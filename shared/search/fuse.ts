/** What fusion combines: a ranking, the best first, and what it is worth. */
export interface Ranking<Name extends string> {
  name: Name;
  weight: number;
  ids: readonly string[];
}

export interface Fused<Name extends string> {
  id: string;
  score: number;
  /** What each ranking that holds the id added to the score. */
  shares: Map<Name, number>;
}

/**
 * How many places a ranking's lead is worth: with a small one its first places stand out, with a large one agreement
 * between rankings counts for more.
 */
export const FUSION_K = 2;

/** Weighted reciprocal rank fusion: Σ weight / (k + rank), ranks from 1. Best first; of equal scores by id. */
export function fuse<Name extends string>(rankings: readonly Ranking<Name>[], k = FUSION_K): Fused<Name>[] {
  const fused = new Map<string, Fused<Name>>();
  for (const { name, weight, ids } of rankings) {
    ids.forEach((id, position) => {
      const share = weight / (k + position + 1);
      const known = fused.get(id) ?? { id, score: 0, shares: new Map<Name, number>() };
      known.score += share;
      known.shares.set(name, share);
      fused.set(id, known);
    });
  }
  return [...fused.values()].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
