import type { WeightedGroup } from '#shared/text/weigh-groups.ts';
import { eachPosting, type PassageSpace } from './blocks.ts';

export interface Bm25Settings {
  /** How soon more of the same word stops to matter. */
  k1: number;
  /** How much longer passages are marked down: 0 not at all, 1 in full. */
  b: number;
}

/** Scores of all passages of a space by Lucene's BM25: Σ idf · f / (f + k1 · (1 − b + b · length / average)). */
export class Scores {
  readonly values: Float64Array;
  readonly #space: PassageSpace;
  readonly #norms: Float64Array;

  constructor(space: PassageSpace, averageLength: number, { k1, b }: Bm25Settings) {
    this.#space = space;
    this.values = new Float64Array(space.size);
    this.#norms = space.lengths.map((length) => k1 * (1 - b + (b * length) / averageLength));
  }

  /** @param blocks of each of the group's terms, as far as there are any */
  add({ terms, idf }: WeightedGroup, blocks: ReadonlyMap<string, Buffer>): void {
    const { values } = this;
    const norms = this.#norms;
    const held = terms.flatMap((term) => blocks.get(term) ?? []);
    const [only, ...others] = held;
    if (only === undefined) return;
    const score = (passage: number, count: number): void => {
      values[passage] = (values[passage] ?? 0) + idf * (count / (count + (norms[passage] ?? 0)));
    };
    if (others.length === 0) {
      eachPosting(only, this.#space, score);
      return;
    }
    const counts = new Map<number, number>();
    for (const each of held) {
      eachPosting(each, this.#space, (passage, count) => counts.set(passage, (counts.get(passage) ?? 0) + count));
    }
    counts.forEach((count, passage) => {
      score(passage, count);
    });
  }

  /** The passages that no longer count get no score. */
  strike(passages: Iterable<number>): void {
    for (const passage of passages) this.values[passage] = 0;
  }
}
