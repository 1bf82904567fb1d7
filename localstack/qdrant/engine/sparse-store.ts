import { Postings } from './postings.ts';
import type { SparseValue } from './vectors.ts';

/** Which slots count when document frequencies are taken, and how many they are. */
export interface IdfCorpus {
  has(slot: number): boolean;
  slots: Iterable<number>;
}

const UNDECIDED = 0;
const ACCEPTED = 1;
const REJECTED = 2;

/** The sparse vectors of one name: the vectors by slot, and for each dimension the slots that hold it. */
export class SparseStore {
  private readonly vectors = new Map<number, SparseValue>();
  private readonly postings = new Map<number, Postings>();
  /** One past the highest slot that was ever added. */
  private end = 0;

  get count(): number {
    return this.vectors.size;
  }

  /** `slot` must be new and larger than every one before. */
  add(slot: number, vector: SparseValue): void {
    this.vectors.set(slot, vector);
    this.end = slot + 1;
    for (const [at, dimension] of vector.indices.entries()) {
      let postings = this.postings.get(dimension);
      if (postings === undefined) {
        postings = new Postings();
        this.postings.set(dimension, postings);
      }
      postings.append(slot, vector.values[at] as number);
    }
  }

  /** Leaves the postings' entries behind; whoever reads them asks {@link has}. */
  delete(slot: number): void {
    const vector = this.vectors.get(slot);
    if (vector === undefined) return;
    this.vectors.delete(slot);
    for (const dimension of vector.indices) {
      const postings = this.postings.get(dimension);
      if (postings === undefined) continue;
      postings.live -= 1;
      if (postings.live === 0) this.postings.delete(dimension);
    }
  }

  has(slot: number): boolean {
    return this.vectors.has(slot);
  }

  get(slot: number): SparseValue | undefined {
    return this.vectors.get(slot);
  }

  /**
   * The dot product with each vector that shares a dimension with the query.
   * @param accept which slots may be scored; asked once for each
   */
  scores(query: SparseValue, accept: (slot: number) => boolean): Map<number, number> {
    // Flat arrays by slot, because a common word is in every other vector: four times as fast as a map.
    const sums = new Float32Array(this.end);
    const verdicts = new Uint8Array(this.end);
    const accepted: number[] = [];
    for (const [at, dimension] of query.indices.entries()) {
      const weight = query.values[at] as number;
      this.postings.get(dimension)?.forEach((slot, value) => {
        if (verdicts[slot] === UNDECIDED) {
          const isWanted = this.vectors.has(slot) && accept(slot);
          verdicts[slot] = isWanted ? ACCEPTED : REJECTED;
          if (isWanted) accepted.push(slot);
        }
        if (verdicts[slot] === ACCEPTED) sums[slot] = (sums[slot] as number) + Math.fround(weight * value);
      });
    }
    return new Map(accepted.map((slot) => [slot, sums[slot] as number]));
  }

  /** The query with each weight multiplied by its dimension's inverse document frequency, Qdrant's formula. */
  withIdf(query: SparseValue, corpus: IdfCorpus | undefined): SparseValue {
    let total = this.count;
    if (corpus !== undefined) {
      total = 0;
      for (const slot of corpus.slots) if (this.vectors.has(slot)) total += 1;
    }
    const values = query.values.map((weight, at) => {
      const frequency = this.documentFrequency(query.indices[at] as number, corpus);
      return weight * Math.fround(Math.log((total - frequency + 0.5) / (frequency + 0.5) + 1));
    });
    return { indices: query.indices, values };
  }

  private documentFrequency(dimension: number, corpus: IdfCorpus | undefined): number {
    const postings = this.postings.get(dimension);
    if (postings === undefined) return 0;
    if (corpus === undefined) return postings.live;
    let frequency = 0;
    postings.forEach((slot) => {
      if (corpus.has(slot) && this.vectors.has(slot)) frequency += 1;
    });
    return frequency;
  }
}
