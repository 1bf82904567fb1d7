import type { Fragment } from './fragment.ts';
import { type TextLine, textLines } from './running-text.ts';

/** White between columns is this wide at least, in ems. */
const MIN_GUTTER_EMS = 0.6;
/** Lines of one block are no further apart, in ems. */
const LINE_EMS = 2.5;
/** Below the last line with both columns, the longer one goes on this close. */
const SAME_BLOCK_EMS = 1.45;
const MIN_LINES = 3;

interface White {
  from: number;
  to: number;
}

/** A stretch of a page whose lines all leave the same strip white. */
export interface ColumnBlock {
  fragments: Fragment[];
  /** The middle of that strip. */
  gutter: number;
  /** What stands above and below it. */
  around(): { before: Fragment[]; after: Fragment[] };
}

/** Blocks of columns between text that runs over the whole page, from top to bottom. */
export function* columnBlocks(fragments: readonly Fragment[]): Generator<ColumnBlock> {
  const lines = textLines(fragments);
  const part = (start: number, end?: number): Fragment[] => lines.slice(start, end).flatMap((line) => line.fragments);
  let from = 0;
  while (from < lines.length) {
    const { to, whites } = blockFrom(lines, from);
    const widest = whites.reduce<White | undefined>(
      (best, white) => (best && best.to - best.from >= white.to - white.from ? best : white),
      undefined,
    );
    if (!widest || to - from < MIN_LINES) {
      from++;
      continue;
    }
    const around = ((start: number) => () => ({ before: part(0, start), after: part(to) }))(from);
    yield { fragments: part(from, to), gutter: (widest.from + widest.to) / 2, around };
    from = to;
  }
}

/** How far the lines from one on leave a strip white, with text on both of its sides in the first and the last. */
function blockFrom(lines: readonly TextLine[], from: number): { to: number; whites: White[] } {
  let whites = lines[from] ? inner(lines[from]) : [];
  let found = { to: from, whites };
  for (let at = from + 1; at < lines.length && whites.length > 0; at++) {
    const [above, line] = [lines[at - 1], lines[at]];
    if (!above || !line || line.y - above.y > LINE_EMS * line.size) break;
    const both = inner(line);
    const next = both.length > 0 ? meet(whites, both, line.size) : [];
    const isTail = both.length === 0 && line.y - above.y <= SAME_BLOCK_EMS * line.size;
    whites = next.length > 0 || !isTail ? next : meet(whites, outer(line), line.size);
    if (whites.length > 0) found = { to: at + 1, whites };
  }
  return found;
}

function inner({ fragments, size }: TextLine): White[] {
  const whites: White[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { x0, x1 } of [...fragments].sort((a, b) => a.x0 - b.x0)) {
    if (end > Number.NEGATIVE_INFINITY && x0 - end >= MIN_GUTTER_EMS * size) whites.push({ from: end, to: x0 });
    end = Math.max(end, x1);
  }
  return whites;
}

function outer({ x0, x1 }: TextLine): White[] {
  return [
    { from: Number.NEGATIVE_INFINITY, to: x0 },
    { from: x1, to: Number.POSITIVE_INFINITY },
  ];
}

/** Where both are white; each ascends. */
function meet(a: readonly White[], b: readonly White[], size: number): White[] {
  const result: White[] = [];
  let [i, j] = [0, 0];
  for (;;) {
    const [one, other] = [a[i], b[j]];
    if (!one || !other) return result;
    const white = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) };
    if (white.to - white.from >= MIN_GUTTER_EMS * size) result.push(white);
    if (one.to < other.to) i++;
    else j++;
  }
}
