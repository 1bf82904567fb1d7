/** Keeps the best `limit` of many numbered things without sorting them all: a heap with the worst on top. */
export class Best {
  readonly #limit: number;
  readonly #isBetter: (a: number, b: number) => boolean;
  readonly #heap: number[] = [];

  /** @param isBetter a strict total order */
  constructor(limit: number, isBetter: (a: number, b: number) => boolean) {
    this.#limit = limit;
    this.#isBetter = isBetter;
  }

  offer(item: number): void {
    const heap = this.#heap;
    if (heap.length < this.#limit) {
      heap.push(item);
      this.#rise(heap.length - 1);
    } else if (heap[0] !== undefined && this.#isBetter(item, heap[0])) {
      heap[0] = item;
      this.#sink();
    }
  }

  /** The worst of a full set; undefined while there is room. */
  get worst(): number | undefined {
    return this.#heap.length === this.#limit ? this.#heap[0] : undefined;
  }

  /** Best first. */
  sorted(): number[] {
    return this.#heap.toSorted((a, b) => (this.#isBetter(a, b) ? -1 : 1));
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfWorse(at, parent)) return;
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const worse = this.#worseOf(left, right);
      if (worse === undefined || !this.#swapIfWorse(worse, at)) return;
      at = worse;
    }
  }

  #worseOf(a: number, b: number): number | undefined {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined) return undefined;
    return second === undefined || this.#isBetter(second, first) ? a : b;
  }

  /** Swaps a child with its parent when the child is the worse of them. */
  #swapIfWorse(child: number, parent: number): boolean {
    const [low, high] = [this.#heap[child], this.#heap[parent]];
    if (low === undefined || high === undefined || !this.#isBetter(high, low)) return false;
    this.#heap[child] = high;
    this.#heap[parent] = low;
    return true;
  }
}
