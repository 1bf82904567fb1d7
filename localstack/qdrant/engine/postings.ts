/** The slots that hold one sparse dimension, in ascending order, with its value there. Slots are never reused. */
export class Postings {
  private slots = new Uint32Array(4);
  private values = new Float32Array(4);
  private length = 0;
  /** Entries whose point still is there: the document frequency. */
  live = 0;

  /** `slot` must be larger than every one before. */
  append(slot: number, value: number): void {
    if (this.length === this.slots.length) {
      const slots = new Uint32Array(this.length * 2);
      const values = new Float32Array(this.length * 2);
      slots.set(this.slots);
      values.set(this.values);
      this.slots = slots;
      this.values = values;
    }
    this.slots[this.length] = slot;
    this.values[this.length] = value;
    this.length += 1;
    this.live += 1;
  }

  forEach(visit: (slot: number, value: number) => void): void {
    for (let at = 0; at < this.length; at += 1) visit(this.slots[at] as number, this.values[at] as number);
  }

  /** The value that a slot has, found by bisection. */
  at(slot: number): number | undefined {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.slots[middle] as number) < slot) low = middle + 1;
      else high = middle;
    }
    return low < this.length && this.slots[low] === slot ? this.values[low] : undefined;
  }
}
