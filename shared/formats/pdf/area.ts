import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';

/** A rectangle on a page in the page's own units and directions: before it is turned for showing, `y` grows upwards. */
export interface Area {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** How far letters reach above and below their baseline, in ems. */
const ASCENT = 0.8;
const DESCENT = 0.22;

/** Where a run of text stands, whatever its direction. */
export function areaOf(item: TextItem): Area {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform.map((value) => finite(Number(value)));
  const along = Math.hypot(a, b) || 1;
  const width = finite(item.width);
  const [ax, ay] = [(a / along) * width, (b / along) * width];
  return around([
    [e - c * DESCENT, f - d * DESCENT],
    [e + c * ASCENT, f + d * ASCENT],
    [e + ax - c * DESCENT, f + ay - d * DESCENT],
    [e + ax + c * ASCENT, f + ay + d * ASCENT],
  ]);
}

/** The smallest area that holds all points; nothing of a page when there are none. */
export function around(points: readonly (readonly [number, number])[]): Area {
  const area = { x0: Infinity, y0: Infinity, x1: -Infinity, y1: -Infinity };
  for (const [x, y] of points) {
    area.x0 = Math.min(area.x0, x);
    area.y0 = Math.min(area.y0, y);
    area.x1 = Math.max(area.x1, x);
    area.y1 = Math.max(area.y1, y);
  }
  return area;
}

export function union(a: Area, b: Area): Area {
  return around([
    [a.x0, a.y0],
    [a.x1, a.y1],
    [b.x0, b.y0],
    [b.x1, b.y1],
  ]);
}

/** What two areas share; of no size where they lie apart. */
export function shared(a: Area, b: Area): Area {
  const x0 = Math.max(a.x0, b.x0);
  const y0 = Math.max(a.y0, b.y0);
  return { x0, y0, x1: Math.max(x0, Math.min(a.x1, b.x1)), y1: Math.max(y0, Math.min(a.y1, b.y1)) };
}

export function sizeOf({ x0, y0, x1, y1 }: Area): number {
  return Math.max(0, x1 - x0) * Math.max(0, y1 - y0);
}

export function holdsMiddle(area: Area, of: Area): boolean {
  const [x, y] = [(of.x0 + of.x1) / 2, (of.y0 + of.y1) / 2];
  return x >= area.x0 && x <= area.x1 && y >= area.y0 && y <= area.y1;
}

/** Damaged files hold NaN and astronomically large numbers, which no page has. */
export function finite(value: number): number {
  return Number.isFinite(value) ? Math.min(1e6, Math.max(-1e6, value)) : 0;
}
