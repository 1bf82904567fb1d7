import { ndcg } from './ndcg.ts';

/** A ranking, the best first, and the gain of each item that is relevant. */
export interface JudgedRanking {
  ranking: readonly number[];
  gains: ReadonlyMap<number, number>;
}

export interface Quality {
  ndcg10: number;
  recall100: number;
  /** Mean of 1 / rank of the first relevant item. */
  mrr: number;
}

/** Means over all rankings. */
export function quality(judged: readonly JudgedRanking[]): Quality {
  const mean = (measure: (each: JudgedRanking) => number): number =>
    judged.reduce((sum, each) => sum + measure(each), 0) / Math.max(1, judged.length);
  return {
    ndcg10: mean(({ ranking, gains }) => ndcg(ranking, gains)),
    recall100: mean(({ ranking, gains }) => {
      const relevant = [...gains.values()].filter((gain) => gain > 0).length;
      const found = ranking.slice(0, 100).filter((item) => (gains.get(item) ?? 0) > 0).length;
      return relevant === 0 ? 0 : found / relevant;
    }),
    mrr: mean(({ ranking, gains }) => {
      const first = ranking.findIndex((item) => (gains.get(item) ?? 0) > 0);
      return first === -1 ? 0 : 1 / (first + 1);
    }),
  };
}
