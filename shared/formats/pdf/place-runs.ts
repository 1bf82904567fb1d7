import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { type Area, around, finite } from './area.ts';
import type { ShownLines } from './shown-lines.ts';

/** Baselines this near, in ems, belong to one line. */
const SAME_LINE_EMS = 0.45;
const LINE_PITCH_EMS = 1.2;
/** How wide letters are, in ems, where nothing tells. */
const LETTER_EMS = 0.5;
const [SMALLEST_TYPE, LARGEST_TYPE] = [6, 12];
/** Comparisons of lines with the page's text; a page of ten thousand words and a form of a thousand fields take ten million. */
const MOST_STEPS = 50_000_000;

/** A place in the directions of the page as it is shown: `x` to the right, `y` upwards. */
interface Placed {
  index: number;
  x0: number;
  x1: number;
  y: number;
  size: number;
}

/**
 * Adds lines to the runs of a page as if the page had drawn them, each beside the run that stands before it on its line,
 * so that labels and what was filled in stay together.
 * @param rotate by how much the page is turned clockwise to be shown, in degrees: the direction of pages without text
 */
export function placeRuns(items: readonly TextItem[], added: readonly ShownLines[], rotate: number): TextItem[] {
  if (added.length === 0) return [...items];
  const turn = (turnOf(items, rotate) * Math.PI) / 2;
  const placed = items.length * added.length > MOST_STEPS ? [] : placeItems(items, turn);
  const after = new Map<number, { x: number; y: number; run: TextItem }[]>();
  for (const { area, lines, fontSize } of added) {
    const box = turned(area, turn);
    let y: number | undefined;
    let size = 0;
    for (const [number, text] of lines.entries()) {
      if (y === undefined) ({ y, size } = firstLine(box, lines.length, fontSize, placed));
      else y -= Math.max(0.5 * size, Math.min(LINE_PITCH_EMS * size, (box.y1 - box.y0) / lines.length));
      const width = Math.max(1, Math.min(box.x1 - box.x0, text.length * LETTER_EMS * size));
      const index =
        placed.length === 0
          ? items.length - 1
          : number === 0
            ? indexBefore(placed, box.x0, y, size)
            : indexAbove(placed, y);
      const list = after.get(index) ?? [];
      list.push({ x: box.x0, y, run: makeRun(text, { x: box.x0, y, size, width, turn }) });
      after.set(index, list);
    }
  }
  const inserted = (index: number): TextItem[] =>
    (after.get(index) ?? []).sort((a, b) => b.y - a.y || a.x - b.x).map(({ run }) => run);
  return [...inserted(-1), ...items.flatMap((item, index) => [item, ...inserted(index)])];
}

/** In which direction most of the text runs, in quarter turns against the clock. */
function turnOf(items: readonly TextItem[], rotate: number): number {
  const letters = [0, 0, 0, 0];
  for (const { str, transform } of items) {
    const [a = 1, b = 0] = transform.map((value) => finite(Number(value)));
    const turns = (Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4;
    letters[turns] = (letters[turns] ?? 0) + str.trim().length;
  }
  const most = Math.max(...letters);
  return most > 0 ? letters.indexOf(most) : ((Math.round(rotate / 90) % 4) + 4) % 4;
}

/** A run of text as the library tells it. */
export function makeRun(
  text: string,
  { x, y, size, width, turn }: { x: number; y: number; size: number; width: number; turn: number },
): TextItem {
  const [cos, sin] = [Math.round(Math.cos(turn)), Math.round(Math.sin(turn))];
  return {
    // Fields may begin where their labels have not ended.
    str: ` ${text} `,
    dir: directionOf(text),
    width,
    height: size,
    transform: [size * cos, size * sin, -size * sin, size * cos, x * cos - y * sin, x * sin + y * cos],
    fontName: '',
    hasEOL: true,
  };
}

/** As the first letter has it. */
export function directionOf(text: string): 'ltr' | 'rtl' {
  return /^\P{L}*[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(text) ? 'rtl' : 'ltr';
}

/** An area in the directions of the page as it is shown. */
export function turned({ x0, y0, x1, y1 }: Area, turn: number): Area {
  const [cos, sin] = [Math.round(Math.cos(turn)), Math.round(Math.sin(turn))];
  return around([
    [x0 * cos + y0 * sin, y0 * cos - x0 * sin],
    [x1 * cos + y1 * sin, y1 * cos - x1 * sin],
  ]);
}

/** The runs that are upright on the page as it is shown. */
function placeItems(items: readonly TextItem[], turn: number): Placed[] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return items.flatMap((item, index) => {
    const [a = 1, b = 0, , , e = 0, f = 0] = item.transform.map((value) => finite(Number(value)));
    const size = Math.hypot(a, b);
    if (item.str.trim() === '' || size === 0 || (a * cos + b * sin) / size < 0.9) return [];
    const x = e * cos + f * sin;
    return [{ index, x0: x, x1: x + Math.abs(finite(item.width)), y: f * cos - e * sin, size }];
  });
}

/** On the line of the page's text that runs through the box, or where a program would put it. */
function firstLine(box: Area, lines: number, fontSize: number, placed: readonly Placed[]): { y: number; size: number } {
  const height = box.y1 - box.y0;
  const room = Math.min(LARGEST_TYPE, Math.max(SMALLEST_TYPE, (0.7 * height) / lines));
  const size = fontSize > 1 ? Math.min(fontSize, 72) : room;
  const fits = lines === 1 && height < 2.5 * size;
  const usual = fits ? box.y0 + (height - size) / 2 + 0.22 * size : box.y1 - size;
  let best: Placed | undefined;
  for (const one of placed) {
    if (one.y < box.y0 - 0.3 * size || one.y > box.y1) continue;
    if (!fits && Math.abs(one.y - usual) > 0.7 * size) continue;
    if (!best || Math.abs(one.y - usual) < Math.abs(best.y - usual)) best = one;
  }
  return best ? { y: best.y, size: fontSize > 1 ? size : best.size } : { y: usual, size };
}

/** After which run it is drawn: the nearest on the left, the one before the nearest on the right, or the last above it. */
function indexBefore(placed: readonly Placed[], x: number, y: number, size: number): number {
  let left: Placed | undefined;
  let right: Placed | undefined;
  for (const one of placed) {
    if (Math.abs(one.y - y) > SAME_LINE_EMS * Math.max(size, one.size)) continue;
    if (one.x0 <= x && (!left || one.x0 > left.x0)) left = one;
    if (one.x0 > x && (!right || one.x0 < right.x0)) right = one;
  }
  if (left) return left.index;
  return right ? right.index - 1 : indexAbove(placed, y);
}

function indexAbove(placed: readonly Placed[], y: number): number {
  let above: Placed | undefined;
  for (const one of placed) {
    if (one.y > y && (!above || one.y <= above.y)) above = one;
  }
  return above?.index ?? -1;
}
