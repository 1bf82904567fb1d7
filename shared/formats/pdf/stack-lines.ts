import type { Line, Segment } from './lines.ts';

/** Lines that are nearer than that, in ems, stand beside each other: a cell of two lines and one half its height up. */
export const BESIDE_EMS = 0.85;

/** A line of more pieces is no row. */
const MOST_PAIRS = 10_000;

/** Lines beside each other, as if they were one; most often a single one. */
export interface Stack extends Line {
  lines: Line[];
  /** The baseline of the last of them. */
  bottom: number;
}

export function stackLines(lines: readonly Line[]): Stack[] {
  const stacks: Line[][] = [];
  for (const line of lines) {
    const stack = stacks.at(-1);
    const above = stack?.at(-1);
    if (stack && above && !line.table && !above.table && isBeside(above, line)) stack.push(line);
    else stacks.push([line]);
  }
  return stacks.flatMap((stack) => {
    const [first, ...others] = stack;
    if (!first) return [];
    const bottom = stack.at(-1)?.y ?? first.y;
    if (others.length === 0) return [{ ...first, lines: stack, bottom }];
    const segments = joinOverlapping(stack.flatMap((line) => line.segments));
    return [
      {
        ...first,
        lines: stack,
        bottom,
        segments: first.rtl ? segments.reverse() : segments,
        x0: segments.reduce((left, { x0 }) => Math.min(left, x0), Number.POSITIVE_INFINITY),
        x1: segments.reduce((right, { x1 }) => Math.max(right, x1), Number.NEGATIVE_INFINITY),
      },
    ];
  });
}

function isBeside(above: Line, below: Line): boolean {
  if (below.y - above.y >= BESIDE_EMS * Math.min(above.size, below.size)) return false;
  if (above.segments.length * below.segments.length > MOST_PAIRS) return false;
  return above.segments.every((a) => below.segments.every((b) => a.x1 <= b.x0 || a.x0 >= b.x1));
}

/** One segment for what stands one below the other. */
function joinOverlapping(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of [...segments].sort((a, b) => a.x0 - b.x0)) {
    const last = result.at(-1);
    if (!last || segment.x0 >= last.x1) result.push({ ...segment });
    else {
      last.text += ` ${segment.text}`;
      last.x1 = Math.max(last.x1, segment.x1);
      last.fragments = [...last.fragments, ...segment.fragments];
    }
  }
  return result;
}
