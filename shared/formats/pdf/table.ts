export interface TableRow {
  /** `a | b`. */
  text: string;
  /** Where it stands, as fragments do; `y0` is its upper end. */
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

export interface Table {
  rows: TableRow[];
}
