/** nDCG of a ranking at a depth, gain 2^g − 1, against the best ranking that the judgements allow; 0 without any. */
export function ndcg(ranking: readonly number[], gains: ReadonlyMap<number, number>, depth = 10): number {
  const gainAt = (gain: number, place: number): number => (2 ** gain - 1) / Math.log2(place + 2);
  const ideal = [...gains.values()].sort((a, b) => b - a).slice(0, depth);
  const best = ideal.reduce((sum, gain, place) => sum + gainAt(gain, place), 0);
  const found = ranking.slice(0, depth).reduce((sum, item, place) => sum + gainAt(gains.get(item) ?? 0, place), 0);
  return best === 0 ? 0 : found / best;
}
