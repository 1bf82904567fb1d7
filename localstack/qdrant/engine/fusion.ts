import { wrongInput } from '../errors.ts';
import type { Scored } from './top.ts';

/** Qdrant's default, not the 60 of the literature: the first place scores 0.5. */
export const DEFAULT_RRF_K = 2;

const { fround } = Math;

function byScore(scores: ReadonlyMap<number, number>): Scored[] {
  return [...scores]
    .map(([slot, score]) => ({ slot, score }))
    .sort((left, right) => right.score - left.score || left.slot - right.slot);
}

function positionScore(position: number, k: number, weight: number): number {
  if (weight <= 0) return 0;
  return fround(1 / fround(fround(fround(position + 1) / weight) + k - 1));
}

/** Reciprocal rank fusion in 32-bit floats; a weight stretches the ranks of its list. */
export function fuseByRank(lists: readonly Scored[][], k: number, weights: readonly number[] | undefined): Scored[] {
  if (weights !== undefined && weights.length !== lists.length) {
    throw wrongInput(
      `Validation failed: Number of weights in RRF should match number of pre-fetches: got ${weights.length}, ` +
        `expected ${lists.length}`,
    );
  }
  const scores = new Map<number, number>();
  for (const [at, list] of lists.entries()) {
    const weight = fround(weights?.[at] ?? 1);
    for (const [position, { slot }] of list.entries()) {
      scores.set(slot, fround((scores.get(slot) ?? 0) + positionScore(position, k, weight)));
    }
  }
  return byScore(scores);
}

/** Welford's mean and sample variance, in 32-bit floats. */
function meanAndVariance(list: readonly Scored[]): { mean: number; variance: number } {
  let mean = 0;
  let aggregate = 0;
  for (const [at, { score }] of list.entries()) {
    const before = fround(score - mean);
    mean = fround(mean + fround(before / (at + 1)));
    aggregate = fround(aggregate + fround(before * fround(score - mean)));
  }
  return { mean, variance: fround(aggregate / (list.length - 1)) };
}

function normalised(list: readonly Scored[]): Scored[] {
  const half = list.map(({ slot }) => ({ slot, score: 0.5 }));
  if (list.length < 2) return half;
  const { mean, variance } = meanAndVariance(list);
  const reach = fround(3 * fround(Math.sqrt(variance)));
  const low = fround(mean - reach);
  const high = fround(mean + reach);
  if (low === high) return half;
  const width = fround(high - low);
  return list.map(({ slot, score }) => ({ slot, score: fround(fround(score - low) / width) }));
}

/** Distribution-based score fusion: each list scaled so that mean ± 3σ becomes 0 to 1 (not clamped), then summed. */
export function fuseByDistribution(lists: readonly Scored[][]): Scored[] {
  const scores = new Map<number, number>();
  for (const { slot, score } of lists.flatMap(normalised)) scores.set(slot, fround((scores.get(slot) ?? 0) + score));
  return byScore(scores);
}
