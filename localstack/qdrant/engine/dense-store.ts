import { type Distance, prepareVector, type Scorer, scorerFor } from './distance.ts';

// Small, because with a collection a person many collections hold a few points only: 64 vectors of 384 are 98 KB.
const VECTORS_PER_PAGE = 64;

/** The dense vectors of one name, by slot, in pages of flat floats: growing never copies what is there. */
export class DenseStore {
  readonly size: number;
  readonly distance: Distance;
  private readonly pages: Float32Array[] = [];
  private readonly present: Uint8Array[] = [];
  count = 0;

  constructor(size: number, distance: Distance) {
    this.size = size;
    this.distance = distance;
  }

  set(slot: number, vector: Float32Array): void {
    const pageNumber = Math.floor(slot / VECTORS_PER_PAGE);
    while (this.pages.length <= pageNumber) {
      this.pages.push(new Float32Array(VECTORS_PER_PAGE * this.size));
      this.present.push(new Uint8Array(VECTORS_PER_PAGE));
    }
    const inPage = slot % VECTORS_PER_PAGE;
    if (!this.has(slot)) this.count += 1;
    (this.pages[pageNumber] as Float32Array).set(prepareVector(vector, this.distance), inPage * this.size);
    (this.present[pageNumber] as Uint8Array)[inPage] = 1;
  }

  delete(slot: number): void {
    if (!this.has(slot)) return;
    (this.present[Math.floor(slot / VECTORS_PER_PAGE)] as Uint8Array)[slot % VECTORS_PER_PAGE] = 0;
    this.count -= 1;
  }

  has(slot: number): boolean {
    return this.present[Math.floor(slot / VECTORS_PER_PAGE)]?.[slot % VECTORS_PER_PAGE] === 1;
  }

  /** A copy, as it is stored (cosine vectors have unit length). */
  get(slot: number): Float32Array | undefined {
    if (!this.has(slot)) return undefined;
    const start = (slot % VECTORS_PER_PAGE) * this.size;
    return (this.pages[Math.floor(slot / VECTORS_PER_PAGE)] as Float32Array).slice(start, start + this.size);
  }

  /** A function that scores a slot which has this vector. */
  scorer(query: Float32Array): (slot: number) => number {
    const score: Scorer = scorerFor(this.distance, query);
    return (slot) =>
      score(this.pages[Math.floor(slot / VECTORS_PER_PAGE)] as Float32Array, (slot % VECTORS_PER_PAGE) * this.size);
  }
}
