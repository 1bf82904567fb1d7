import type { Segment } from './lines.ts';

/** White between columns is this wide at least, in ems. */
const MIN_GAP_EMS = 0.4;
/** So many of a table's lines may cross it: headings over several columns, a cell that is too long. */
const MAX_CROSSING = 0.15;
/** From so many lines on one of them may. */
const LINES_FOR_ONE = 4;
/** Of the lines that have something on either side, so many have a gap there. */
const SUPPORT = 0.5;

/**
 * The edges between the columns of a table without lines, from left to right.
 * @param rows the segments of each of its lines, from left to right
 */
export function findColumnEdges(rows: readonly (readonly Segment[])[], em: number): number[] {
  const several = rows.filter((row) => row.length > 1);
  const allowed = Math.max(several.length >= LINES_FOR_ONE ? 1 : 0, Math.floor(MAX_CROSSING * several.length));
  return whites(several.flat(), allowed)
    .filter(({ from, to }) => to - from >= MIN_GAP_EMS * em)
    .map(({ from, to }) => (from + to) / 2)
    .filter((edge) => isSupported(several, edge));
}

/** Where no more segments than allowed stand one below the other; of each such stretch the part with the fewest. */
function whites(segments: readonly Segment[], allowed: number): { from: number; to: number }[] {
  const ends = segments
    .flatMap(({ x0, x1 }) => [
      { at: x0, by: 1 },
      { at: x1, by: -1 },
    ])
    .sort((a, b) => a.at - b.at || b.by - a.by);
  const result: { from: number; to: number; count: number }[] = [];
  let covered = 0;
  let open = false;
  ends.forEach(({ at, by }, index) => {
    covered += by;
    const next = ends[index + 1];
    if (!next || covered > allowed) {
      open = false;
      return;
    }
    if (next.at === at) return;
    const last = result.at(-1);
    if (!open || !last) result.push({ from: at, to: next.at, count: covered });
    else if (covered < last.count || (covered === last.count && next.at - at > last.to - last.from)) {
      result[result.length - 1] = { from: at, to: next.at, count: covered };
    }
    open = true;
  });
  return result;
}

function isSupported(rows: readonly (readonly Segment[])[], edge: number): boolean {
  const beside = rows.filter((row) => row.some(({ x1 }) => x1 <= edge) && row.some(({ x0 }) => x0 >= edge));
  const parted = beside.filter((row) => row.every(({ x0, x1 }) => x1 <= edge || x0 >= edge));
  return parted.length > 1 && parted.length >= SUPPORT * beside.length;
}
