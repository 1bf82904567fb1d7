import type { Cell } from './row.ts';

/** Rows that a value stands in; 1-based, both included. */
interface Span {
  from: number;
  to: number;
  text: string | undefined;
}

/** Merges that are followed; a sheet with more is not one that a person made. */
const MOST_MERGES = 100_000;

/** Gives a value that is merged over several rows to each of these rows, which would not say it otherwise. */
export interface MergedCells {
  /** @param column 0-based; spans of a column are added in the order of their rows */
  add(column: number, from: number, to: number): void;
  /** Completes a row that holds something; rows come in order. */
  fill(row: number, cells: Cell[]): Cell[];
}

export function createMergedCells(): MergedCells {
  const columns = new Map<number, Span[]>();
  let count = 0;
  return {
    add(column, from, to) {
      if (to <= from || ++count > MOST_MERGES) return;
      const spans = columns.get(column) ?? [];
      spans.push({ from, to, text: undefined });
      columns.set(column, spans);
    },
    fill(row, cells) {
      if (columns.size === 0 || cells.length === 0) return cells;
      const added: Cell[] = [];
      for (const [column, spans] of columns) {
        while (spans[0] !== undefined && spans[0].to < row) spans.shift();
        if (spans.length === 0) columns.delete(column);
        const span = spans[0];
        if (span === undefined || span.from > row) continue;
        const own = cells.find((cell) => cell.column === column);
        if (own !== undefined) {
          if (span.from === row) span.text = own.text;
        } else if (span.text !== undefined && span.from < row) added.push({ column, text: span.text });
      }
      return added.length === 0 ? cells : [...cells, ...added].sort((a, b) => a.column - b.column);
    },
  };
}
