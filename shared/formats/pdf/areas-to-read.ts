import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { type Area, areaOf, holdsMiddle, sizeOf, union } from './area.ts';
import type { Drawing } from './operators.ts';
import { pictureAreas } from './picture-areas.ts';
import type { PageContent } from './read-content.ts';

/** A part of a page that may show text which the file does not tell. */
export interface AreaToRead {
  area: Area;
  /** Text for certain, in a font that does not tell its characters; pictures may show anything. */
  isText: boolean;
}

/** What is smaller, as a share of the page, is a logo, a symbol or a line. */
const LEAST_SHARE = 0.03;
const LEAST_PIXELS = 30_000;
/** In points. A line of small print is 8 high. */
const [LEAST_WIDTH, LEAST_HEIGHT] = [50, 20];
/** Fewer pixels an inch show no letters. */
const LEAST_PIXELS_PER_INCH = 45;
/** The largest ones; a page of small ones is one of photographs. */
const MOST_AREAS = 12;
/** A picture with text on this many of its twentieths, from top to bottom, lies behind it, or was read before. */
const TWENTIETHS = 20;
const COVERED_TWENTIETHS = 5;
/** Letters that are drawn and not shown come from a program that read the picture before. */
const HIDDEN_LETTERS = 20;
/** Lines of text that stand this near, in ems, are read together. */
const NEAR_EMS = 2.5;

/** The parts of a page whose text the file does not tell. */
export async function areasToRead(content: PageContent, mayHavePictures: boolean): Promise<AreaToRead[]> {
  const { page, items, unreadable } = content;
  const texts = clusters(unreadable).map((area) => ({ area, isText: true }));
  if (!mayHavePictures) return texts;
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = page.view;
  const whole = { x0, y0, x1, y1 };
  const drawing = await content.drawing();
  const pictures = pictureAreas(drawing.pictures, whole)
    .filter(({ area, pixels }) => isLargeEnough(area, pixels, whole) && !isCovered(area, items, drawing))
    .map(({ area }) => ({ area, isText: false }));
  return [...texts, ...pictures.sort((a, b) => sizeOf(b.area) - sizeOf(a.area))].slice(0, MOST_AREAS);
}

function isLargeEnough(area: Area, pixels: number, page: Area): boolean {
  const [width, height] = [area.x1 - area.x0, area.y1 - area.y0];
  const perInch = 72 * Math.sqrt(pixels / (width * height));
  return (
    sizeOf(area) >= LEAST_SHARE * sizeOf(page) &&
    pixels >= LEAST_PIXELS &&
    perInch >= LEAST_PIXELS_PER_INCH &&
    width >= LEAST_WIDTH &&
    height >= LEAST_HEIGHT
  );
}

/** Whether a program read the page's pictures before, and put their text behind them. */
export async function wasReadBefore(content: PageContent): Promise<boolean> {
  return (await content.drawing()).hiddenSigns >= HIDDEN_LETTERS;
}

/** Whether the file tells text all over the picture. */
function isCovered(area: Area, items: readonly TextItem[], { hiddenSigns }: Drawing): boolean {
  const covered = new Set<number>();
  let letters = 0;
  const each = (area.y1 - area.y0) / TWENTIETHS;
  for (const item of items) {
    const own = areaOf(item);
    if (item.str.trim() === '' || !holdsMiddle(area, own)) continue;
    letters += item.str.trim().length;
    const from = Math.max(0, Math.floor((own.y0 - area.y0) / each));
    const to = Math.min(TWENTIETHS - 1, Math.floor((own.y1 - area.y0) / each));
    for (let band = from; band <= to; band++) covered.add(band);
  }
  return covered.size >= COVERED_TWENTIETHS || (hiddenSigns >= HIDDEN_LETTERS && letters >= HIDDEN_LETTERS);
}

/** Areas of runs that stand near each other. */
function clusters(items: readonly TextItem[]): Area[] {
  const areas: Area[] = [];
  const sorted = items.map(areaOf).sort((a, b) => b.y1 - a.y1);
  for (const area of sorted) {
    const reach = NEAR_EMS * (area.y1 - area.y0);
    const near = areas.at(-1);
    if (near && near.y0 - area.y1 <= reach) areas[areas.length - 1] = union(near, area);
    else areas.push(area);
  }
  return areas;
}
