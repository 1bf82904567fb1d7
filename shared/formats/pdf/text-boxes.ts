import type { PDFPageProxy } from 'pdfjs-dist/types/src/display/api.js';
import type { TextBox } from '#shared/domain/page-place.ts';
import type { Line } from './lines.ts';

/** Where a stretch of text stands, in the coordinates of fragments. */
export interface PlacedText {
  /** In the text. */
  offset: number;
  length: number;
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** The stretch of a page's text that stands in one box, and how its lines are turned. */
export interface TurnedText extends PlacedText {
  quarterTurns: number;
}

/** A box holds no more lines, so that a passage out of a long paragraph is told more closely. */
const MOST_LINES = 8;
/** Digits of a fraction of a page: a tenth of a point. */
const ROUNDED = 10_000;
/** What letters reach below the line they stand on, in ems. */
const BELOW_EMS = 0.25;

/** Collects the boxes of a region: of paragraphs, and of each row of a table. */
export interface BoxCollector {
  /** @param startsBox whether the line is the first of a paragraph */
  line(line: Line, span: { offset: number; length: number }, startsBox: boolean): void;
  boxes: PlacedText[];
}

export function collectBoxes(): BoxCollector {
  const boxes: PlacedText[] = [];
  let lines = 0;
  return {
    boxes,
    line({ table, x0, x1, y, size }, { offset, length }, startsBox) {
      if (table) {
        let at = offset;
        for (const { text, ...box } of table.rows) {
          boxes.push({ ...box, offset: at, length: text.length });
          at += text.length + 1;
        }
        lines = MOST_LINES;
        return;
      }
      const last = boxes.at(-1);
      const [y0, y1] = [y - size, y + BELOW_EMS * size];
      if (!last || startsBox || lines >= MOST_LINES) {
        boxes.push({ offset, length, x0, y0, x1, y1 });
        lines = 1;
        return;
      }
      last.length = offset + length - last.offset;
      last.x0 = Math.min(last.x0, x0);
      last.y0 = Math.min(last.y0, y0);
      last.x1 = Math.max(last.x1, x1);
      last.y1 = Math.max(last.y1, y1);
      lines++;
    },
  };
}

/** In fractions of the page as it is shown. */
export function toTextBoxes(texts: readonly TurnedText[], page: PDFPageProxy): TextBox[] {
  const viewport = page.getViewport({ scale: 1 });
  return texts.map(({ offset, length, quarterTurns, x0, y0, x1, y1 }) => {
    const corners = [
      [x0, y0],
      [x1, y1],
    ].map(([x = 0, y = 0]) => {
      const [across = 0, down = 0]: number[] = viewport.convertToViewportPoint(...turnBack(x, y, quarterTurns));
      return { x: fraction(across / viewport.width), y: fraction(down / viewport.height) };
    });
    const [a = { x: 0, y: 0 }, b = a] = corners;
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return { offset, length, x, y, width: round(Math.abs(a.x - b.x)), height: round(Math.abs(a.y - b.y)) };
  });
}

/** The point of the page that a fragment's coordinates stand for. */
function turnBack(x: number, y: number, quarterTurns: number): [number, number] {
  switch (quarterTurns) {
    case 1:
      return [y, x];
    case 2:
      return [-x, y];
    case 3:
      return [-y, -x];
    default:
      return [x, -y];
  }
}

/** Text may run over the edge of a page. */
function fraction(value: number): number {
  return round(Math.min(1, Math.max(0, value)));
}

function round(value: number): number {
  return Math.round(value * ROUNDED) / ROUNDED;
}
