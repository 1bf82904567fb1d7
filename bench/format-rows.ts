import type { BenchRow } from './bench.ts';

const HEAD = ['', 'value', 'unit', 'reference', 'of', 'ratio'];
/** Columns of numbers are aligned at their right. */
const NUMERIC = [1, 3, 5];

/** An aligned table, one line a row; the columns of references are left out where no row has one. */
export function formatRows(rows: readonly BenchRow[]): string {
  const compared = rows.some(({ reference, ratio }) => reference !== undefined || ratio !== undefined);
  const lines = [HEAD, ...rows.map(cells)].map((line) => (compared ? line : line.slice(0, 3)));
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return NUMERIC.includes(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells({ name, value, unit, reference, ratio }: BenchRow): string[] {
  return [
    name,
    figure(value),
    unit,
    reference ? figure(reference.value) : '',
    reference?.name ?? '',
    ratio === undefined ? '' : ratio.toFixed(2),
  ];
}

/** Three figures that count; whole above a hundred. */
function figure(value: number): string {
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
