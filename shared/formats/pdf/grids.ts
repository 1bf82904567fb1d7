import type { Rule, Rules } from './rules.ts';

/** The cells that lines part from each other: `xs` and `ys` are the edges of columns and rows, ascending. */
export interface Grid {
  xs: number[];
  ys: number[];
  /** Which cell each field belongs to, row by row: the number of that cell's first field. */
  cells: number[];
}

/** Lines meet where they come this near to each other, in points; cells with borders of their own stand apart. */
const NEAR = 3.5;
/** Text that is shaded by itself leaves so much of its cell free, in points. */
const CELL_MARGIN = 9;
/** A table with so many lines does not leave it to boxes to part its cells. */
const ENOUGH_LINES = 3;
/** A line parts two fields where it runs along so much of their common edge. */
const PARTS = 0.6;
/** A longer search is a drawing, not a table. */
const MOST_PAIRS = 4_000_000;
const MOST_FIELDS = 50_000;

/** The grids of two columns or more, and of any rows, from the lines of a page. */
export function findGrids(rules: Rules): Grid[] {
  const horizontal = joinCollinear(rules.horizontal);
  const vertical = joinCollinear(rules.vertical);
  if (vertical.length < 2 || horizontal.length < 2) return [];
  if (horizontal.length * vertical.length > MOST_PAIRS) return [];
  return connected(horizontal, vertical).flatMap((component) => toGrid(component) ?? []);
}

/** One line for pieces that lie on one line and touch. */
function joinCollinear(rules: readonly Rule[]): Rule[] {
  const result: Rule[] = [];
  let cluster: Rule[] = [];
  const flush = (): void => {
    let open: Rule | undefined;
    for (const rule of cluster.sort((a, b) => a.from - b.from)) {
      if (open && rule.from - open.to <= NEAR) {
        open.to = Math.max(open.to, rule.to);
        open.edge = open.edge === true && rule.edge === true;
      } else {
        open = { ...rule };
        result.push(open);
      }
    }
    cluster = [];
  };
  for (const rule of [...rules].sort((a, b) => a.at - b.at)) {
    if (cluster[0] && rule.at - cluster[0].at > 1) flush();
    cluster.push(rule);
  }
  flush();
  return result.sort((a, b) => a.at - b.at);
}

/** Lines that meet, directly or by others. */
function connected(horizontal: readonly Rule[], vertical: readonly Rule[]): Rules[] {
  const parents = Array.from({ length: horizontal.length + vertical.length }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while (parents[at] !== at) {
      const above = parents[parents[at] ?? at] ?? at;
      parents[at] = above;
      at = above;
    }
    return at;
  };
  const heights = horizontal.map(({ at }) => at);
  vertical.forEach((down, v) => {
    for (let h = firstFrom(heights, down.from - NEAR); h < horizontal.length; h++) {
      const across = horizontal[h];
      if (!across || across.at > down.to + NEAR) break;
      if (down.at < across.from - NEAR || down.at > across.to + NEAR) continue;
      parents[root(horizontal.length + v)] = root(h);
    }
  });
  const components = new Map<number, Rules>();
  const componentOf = (index: number): Rules => {
    const key = root(index);
    const component = components.get(key) ?? { horizontal: [], vertical: [] };
    components.set(key, component);
    return component;
  };
  for (const [h, rule] of horizontal.entries()) componentOf(h).horizontal.push(rule);
  for (const [v, rule] of vertical.entries()) componentOf(horizontal.length + v).vertical.push(rule);
  return [...components.values()].filter((one) => one.horizontal.length > 0 && one.vertical.length > 0);
}

/** Between which two edges, in ascending order, a place lies; the outer fields go on for ever. */
export function fieldAt(edges: readonly number[], place: number): number {
  const next = firstFrom(edges, place);
  return Math.max(0, Math.min(edges.length - 2, edges[next] === place ? next : next - 1));
}

/** The index of the first place, in ascending order, that is not before `at`. */
function firstFrom(places: readonly number[], at: number): number {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toGrid({ horizontal, vertical }: Rules): Grid | undefined {
  // Where the outer lines are missing, the others end there.
  const xs = edges(vertical, ends(horizontal));
  const ys = edges(horizontal, ends(vertical));
  const [columns, rows] = [xs.length - 1, ys.length - 1];
  if (columns < 2 || rows < 1 || columns * rows > MOST_FIELDS) return undefined;
  const leftOf = partitions(vertical, xs, ys);
  const above = partitions(horizontal, ys, xs);
  const cells: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const field = row * columns + column;
      const left = column > 0 && leftOf[column]?.[row] !== true ? cells[field - 1] : undefined;
      const top = row > 0 && above[row]?.[column] !== true ? cells[field - columns] : undefined;
      cells.push(left === undefined ? (top ?? field) : Math.min(left, top ?? left));
    }
  }
  return { xs, ys, cells };
}

/** Where lines begin and end, all taken together. */
function ends(rules: readonly Rule[]): [number, number] {
  return rules.reduce<[number, number]>(
    ([first, last], { from, to }) => [Math.min(first, from), Math.max(last, to)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

/** Places that are no nearer to each other than lines that meet; edges of boxes only where no line is near. */
function edges(rules: readonly Rule[], outer: readonly number[]): number[] {
  const lines = apart([...rules.filter(({ edge }) => edge !== true).map(({ at }) => at), ...outer], NEAR + 1);
  const boxes = lines.length < ENOUGH_LINES ? rules.filter(({ edge }) => edge === true).map(({ at }) => at) : [];
  const far = boxes.filter((at) => Math.abs(at - (lines[nearest(lines, at)] ?? 0)) > CELL_MARGIN);
  return apart([...lines, ...apart(far, NEAR + 1)], 0);
}

function apart(places: readonly number[], distance: number): number[] {
  const result: number[] = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    const last = result.at(-1);
    if (last === undefined || place - last > distance) result.push(place);
  }
  return result;
}

/** For each edge, whether a line runs along it, field by field. */
function partitions(rules: readonly Rule[], places: readonly number[], along: readonly number[]): boolean[][] {
  const covered = places.map(() => along.slice(1).map(() => 0));
  for (const { at, from, to } of rules) {
    const place = nearest(places, at);
    if (Math.abs((places[place] ?? 0) - at) > CELL_MARGIN) continue;
    const lengths = covered[place];
    if (!lengths) continue;
    for (let field = Math.max(0, nearest(along, from) - 1); field < lengths.length; field++) {
      const [begin = 0, end = 0] = along.slice(field, field + 2);
      if (begin >= to) break;
      lengths[field] = (lengths[field] ?? 0) + Math.max(0, Math.min(end, to) - Math.max(begin, from));
    }
  }
  return covered.map((lengths) =>
    lengths.map((length, field) => length >= PARTS * ((along[field + 1] ?? 0) - (along[field] ?? 0))),
  );
}

function nearest(places: readonly number[], at: number): number {
  const next = firstFrom(places, at);
  const [before, after] = [places[next - 1], places[next]];
  if (before === undefined) return 0;
  return after === undefined || at - before < after - at ? next - 1 : next;
}
