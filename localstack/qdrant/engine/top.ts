export interface Scored {
  slot: number;
  score: number;
}

/** Keeps the best `limit` of everything offered, in a heap whose root is the worst one kept. Ties go to the lower slot. */
export class Top {
  private readonly limit: number;
  private readonly sign: 1 | -1;
  private readonly heap: Scored[] = [];

  constructor(limit: number, smallerIsBetter: boolean) {
    this.limit = limit;
    this.sign = smallerIsBetter ? -1 : 1;
  }

  private isWorse(left: Scored, right: Scored): boolean {
    const gap = (left.score - right.score) * this.sign;
    return gap < 0 || (gap === 0 && left.slot > right.slot);
  }

  offer(slot: number, score: number): void {
    const { heap } = this;
    const entry = { slot, score };
    if (heap.length < this.limit) {
      heap.push(entry);
      this.rise(heap.length - 1);
    } else if (this.limit > 0 && this.isWorse(heap[0] as Scored, entry)) {
      heap[0] = entry;
      this.sink();
    }
  }

  private rise(from: number): void {
    const { heap } = this;
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isWorse(heap[at] as Scored, heap[parent] as Scored)) return;
      [heap[at], heap[parent]] = [heap[parent] as Scored, heap[at] as Scored];
      at = parent;
    }
  }

  private sink(): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let worst = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && this.isWorse(heap[child] as Scored, heap[worst] as Scored)) worst = child;
      }
      if (worst === at) return;
      [heap[at], heap[worst]] = [heap[worst] as Scored, heap[at] as Scored];
      at = worst;
    }
  }

  /** What was kept, the best first. */
  sorted(): Scored[] {
    return [...this.heap].sort((left, right) => (this.isWorse(left, right) ? 1 : -1));
  }
}
