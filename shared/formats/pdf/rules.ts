import type { PDFOperatorList } from 'pdfjs-dist/types/src/display/api.js';

/** A straight line along an axis: at one place across it, from one place to another along it. */
export interface Rule {
  at: number;
  from: number;
  to: number;
  /** The edge of a filled box, which may lie within the lines of a cell. */
  edge?: boolean;
}

/** The lines of a page, as far as they run straight across or down. */
export interface Rules {
  horizontal: Rule[];
  vertical: Rule[];
}

/** The library's numbers of what is drawn, as far as lines need them. */
export type DrawingOperators = Readonly<
  Record<
    | 'closeEOFillStroke'
    | 'closeFillStroke'
    | 'closeStroke'
    | 'constructPath'
    | 'endPath'
    | 'eoFill'
    | 'eoFillStroke'
    | 'fill'
    | 'fillStroke'
    | 'paintFormXObjectBegin'
    | 'paintFormXObjectEnd'
    | 'restore'
    | 'save'
    | 'setFillRGBColor'
    | 'stroke'
    | 'transform',
    number
  >
>;

type Matrix = readonly [number, number, number, number, number, number];
type Point = readonly [number, number];

/** Within a path, the library's numbers; only the first two draw straight. Behind each stand so many numbers. */
const MOVE_TO = 0;
const LINE_TO = 1;
const NUMBERS = [2, 2, 6, 4, 0];
const CLOSE = 4;
/** Shorter lines are parts of letters and pictures. In points. */
const SHORTEST = 5;
/** A filled box that is thinner than that is a line. */
const THICKEST = 3;
/** Lines lean by less than that. */
const LEANING = 0.5;
/** Drawings have more; no table does. */
const MOST_RULES = 20_000;

/**
 * The lines that a page draws, and the edges of its filled boxes, in the coordinates of the page. What is white is no
 * box: it hides what lies below.
 */
export function rulesOf({ fnArray, argsArray }: PDFOperatorList, ops: DrawingOperators): Rules {
  const rules: Rules = { horizontal: [], vertical: [] };
  const fills = new Set([ops.fill, ops.eoFill]);
  const both = new Set([ops.fillStroke, ops.eoFillStroke, ops.closeFillStroke, ops.closeEOFillStroke]);
  const strokes = new Set([ops.stroke, ops.closeStroke, ...both]);
  const saved: { matrix: Matrix; white: boolean }[] = [];
  let state: { matrix: Matrix; white: boolean } = { matrix: [1, 0, 0, 1, 0, 0], white: false };
  for (let index = 0; index < fnArray.length; index++) {
    const operator = fnArray[index];
    const args: unknown[] = argsArray[index] ?? [];
    if (operator === ops.save) saved.push(state);
    else if (operator === ops.restore || operator === ops.paintFormXObjectEnd) state = saved.pop() ?? state;
    else if (operator === ops.transform) state = { ...state, matrix: multiply(state.matrix, args) };
    else if (operator === ops.paintFormXObjectBegin) {
      saved.push(state);
      state = { ...state, matrix: multiply(state.matrix, args[0]) };
    } else if (operator === ops.setFillRGBColor) state = { ...state, white: args[0] === '#ffffff' };
    else if (operator === ops.constructPath && typeof args[0] === 'number') {
      const [how, path] = args;
      if (!strokes.has(how) && !fills.has(how)) continue;
      for (const line of polylines(path, state.matrix)) {
        if (strokes.has(how)) addStroke(rules, line);
        else addBox(rules, line, state.white);
      }
      if (rules.horizontal.length + rules.vertical.length > MOST_RULES) return { horizontal: [], vertical: [] };
    }
  }
  return rules;
}

/** The same on a page that is turned so that its lines of text run to the right and follow each other down. */
export function turnRules({ horizontal, vertical }: Rules, quarterTurns: number): Rules {
  const mirrored = (rules: readonly Rule[]): Rule[] =>
    rules.map((rule) => ({ ...rule, from: -rule.to, to: -rule.from }));
  const flipped = (rules: readonly Rule[]): Rule[] => rules.map((rule) => ({ ...rule, at: -rule.at }));
  switch (quarterTurns) {
    case 1:
      return { horizontal: vertical, vertical: horizontal };
    case 2:
      return { horizontal: mirrored(horizontal), vertical: flipped(vertical) };
    case 3:
      return { horizontal: flipped(mirrored(vertical)), vertical: flipped(mirrored(horizontal)) };
    default:
      return { horizontal: flipped(horizontal), vertical: mirrored(vertical) };
  }
}

function multiply(a: Matrix, by: unknown): Matrix {
  if (!isNumbers(by) || by.length < 6) return a;
  const [b0 = 1, b1 = 0, b2 = 0, b3 = 1, b4 = 0, b5 = 0] = by;
  return [
    a[0] * b0 + a[2] * b1,
    a[1] * b0 + a[3] * b1,
    a[0] * b2 + a[2] * b3,
    a[1] * b2 + a[3] * b3,
    a[0] * b4 + a[2] * b5 + a[4],
    a[1] * b4 + a[3] * b5 + a[5],
  ];
}

function isNumbers(value: unknown): value is ArrayLike<number> & Iterable<number> {
  return value instanceof Float32Array || (Array.isArray(value) && value.every((one) => typeof one === 'number'));
}

/** The straight stretches of a path; a curve ends one. */
function* polylines(path: unknown, matrix: Matrix): Generator<Point[]> {
  const numbers: unknown = Array.isArray(path) ? path[0] : undefined;
  if (!(numbers instanceof Float32Array)) return;
  let line: Point[] = [];
  let at = 0;
  while (at < numbers.length) {
    const operator = numbers[at] ?? CLOSE;
    const [x = 0, y = 0] = numbers.subarray(at + 1, at + 3);
    at += 1 + (NUMBERS[operator] ?? 0);
    if (operator === LINE_TO) line.push(onPage(matrix, x, y));
    else if (operator === CLOSE && line[0]) line.push(line[0]);
    else {
      if (line.length > 1) yield line;
      line = operator === MOVE_TO ? [onPage(matrix, x, y)] : [];
    }
  }
  if (line.length > 1) yield line;
}

function onPage([a, b, c, d, e, f]: Matrix, x: number, y: number): Point {
  return [a * x + c * y + e, b * x + d * y + f];
}

function addStroke(rules: Rules, line: readonly Point[], edge = false): void {
  line.forEach((point, index) => {
    const before = line[index - 1];
    if (before) addRule(rules, before, point, edge);
  });
}

function addRule({ horizontal, vertical }: Rules, [x0, y0]: Point, [x1, y1]: Point, edge = false): void {
  const [width, height] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  if (height <= LEANING && width >= SHORTEST) {
    horizontal.push({ at: (y0 + y1) / 2, from: Math.min(x0, x1), to: Math.max(x0, x1), edge });
  } else if (width <= LEANING && height >= SHORTEST) {
    vertical.push({ at: (x0 + x1) / 2, from: Math.min(y0, y1), to: Math.max(y0, y1), edge });
  }
}

function addBox(rules: Rules, line: readonly Point[], white: boolean): void {
  const [left, right] = extremes(line.map(([x]) => x));
  const [top, bottom] = extremes(line.map(([, y]) => y));
  if (right - left <= THICKEST) addRule(rules, [(left + right) / 2, top], [(left + right) / 2, bottom]);
  else if (bottom - top <= THICKEST) addRule(rules, [left, (top + bottom) / 2], [right, (top + bottom) / 2]);
  else if (!white && line.length <= 5) addStroke(rules, [...line, line[0] ?? [0, 0]], true);
}

function extremes(values: readonly number[]): [number, number] {
  return values.reduce<[number, number]>(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}
