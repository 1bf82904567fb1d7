import { rowLine } from '../text/text-builder.ts';
import { joinHyphenated, SOFT_HYPHEN } from './hyphenation.ts';
import type { Line } from './lines.ts';
import type { TableRow } from './table.ts';

/** Dots that lead the eye to the next column. */
const LEADERS = /\s*(?:\.\s?){5,}$/;

/** The text of a cell that is set in several lines. */
export function cellText(lines: readonly string[]): string {
  let text = '';
  for (const line of lines) {
    const joined = joinHyphenated(text, line);
    if (joined) text = joined.rest === '' ? joined.line : `${joined.line} ${joined.rest}`;
    else text += text === '' ? line : ` ${line}`;
  }
  return text.replaceAll(SOFT_HYPHEN, '').replace(LEADERS, '');
}

/** A row from the lines of its cells, in the order of their columns. */
export function toTableRow(cells: readonly (readonly string[])[], lines: readonly Line[]): TableRow {
  const box = lines.reduce(
    (around, { x0, x1, y, size }) => ({
      x0: Math.min(around.x0, x0),
      y0: Math.min(around.y0, y - size),
      x1: Math.max(around.x1, x1),
      y1: Math.max(around.y1, y + 0.25 * size),
    }),
    {
      x0: Number.POSITIVE_INFINITY,
      y0: Number.POSITIVE_INFINITY,
      x1: Number.NEGATIVE_INFINITY,
      y1: Number.NEGATIVE_INFINITY,
    },
  );
  return { text: rowLine(cells.map(cellText)), ...box };
}
