import { type Area, shared, sizeOf, union } from './area.ts';
import type { Picture } from './operators.ts';

/** Scanners cut pages into strips, which lie this near, in points. */
const TOUCHING = 2;
/** Neighbours of a grid of photographs touch too, but their edges do not run on. */
const SAME_EDGE = 3;
/** Beyond that, pictures are not put together: no scanner cuts finer. */
const MOST_STRIPS = 500;

export interface PictureArea {
  area: Area;
  pixels: number;
}

/** The areas of a page that its pictures cover, strips of one picture together. */
export function pictureAreas(pictures: readonly Picture[], page: Area): PictureArea[] {
  const areas: PictureArea[] = [];
  const sorted = [...pictures].sort((a, b) => b.area.y1 - a.area.y1 || a.area.x0 - b.area.x0);
  for (const { area, width, height } of sorted) {
    const own = { area: shared(area, page), pixels: width * height };
    if (sizeOf(own.area) === 0) continue;
    const strip =
      sorted.length > MOST_STRIPS ? undefined : areas.findLast((other) => isNextStrip(other.area, own.area));
    if (!strip) areas.push(own);
    else if (sizeOf(shared(strip.area, own.area)) > 0.5 * sizeOf(own.area)) {
      // Drawn over each other: the layers of one picture.
      strip.area = union(strip.area, own.area);
      strip.pixels = Math.max(strip.pixels, own.pixels);
    } else {
      strip.area = union(strip.area, own.area);
      strip.pixels += own.pixels;
    }
  }
  return areas;
}

function isNextStrip(a: Area, b: Area): boolean {
  const sameSides = near(a.x0, b.x0, SAME_EDGE) && near(a.x1, b.x1, SAME_EDGE);
  const sameEnds = near(a.y0, b.y0, SAME_EDGE) && near(a.y1, b.y1, SAME_EDGE);
  const meetsBelow = b.y1 >= a.y0 - TOUCHING && b.y0 <= a.y1 + TOUCHING;
  const meetsBeside = b.x0 <= a.x1 + TOUCHING && b.x1 >= a.x0 - TOUCHING;
  return (sameSides && meetsBelow) || (sameEnds && meetsBeside);
}

function near(a: number, b: number, by: number): boolean {
  return Math.abs(a - b) <= by;
}
