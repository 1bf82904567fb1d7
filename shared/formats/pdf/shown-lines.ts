import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { Annotation, Field } from './annotation.ts';
import { type Area, areaOf, holdsMiddle } from './area.ts';

/** Lines of text that stand on a page and are no part of its own drawing. */
export interface ShownLines {
  area: Area;
  lines: string[];
  /** Size of the type; 0: as large as fits. */
  fontSize: number;
}

/**
 * What fields of forms, text boxes, stamps and signatures show, where they show it. What the page itself draws at the
 * same place, as forms do that were filled in and flattened, is not said again.
 * @param faces what annotations draw, by their ids, as far as it was looked at
 */
export function shownLines(
  annotations: readonly Annotation[],
  items: readonly TextItem[],
  faces: ReadonlyMap<string, string>,
): ShownLines[] {
  const isSaid = saidBy(items);
  return annotations.flatMap((annotation) => {
    const { area } = annotation;
    const text = shownText(annotation, faces).trim();
    if (text === '' || isSaid(area, text)) return [];
    const lines = text.split(/\r\n?|\n/).filter((line) => line.trim() !== '');
    const { field } = annotation;
    return [{ area, lines, fontSize: field && 'fontSize' in field ? field.fontSize : 0 }];
  });
}

function shownText(annotation: Annotation, faces: ReadonlyMap<string, string>): string {
  const { field, subtype, intent, shown, contents, id } = annotation;
  if (field) return fieldText(field, shown) || (faces.get(id) ?? '');
  // What is typed over a page, to fill in a form that has no fields.
  if (subtype === 'FreeText') return isTypewriter(intent) ? contents || shown : '';
  return subtype === 'Stamp' || subtype === 'Watermark' ? (faces.get(id) ?? '') : '';
}

/** Text boxes that comment on a page are remarks, and those with which people fill in forms are its text. */
export function isTypewriter(intent: string): boolean {
  return /^FreeTextType[wW]riter$/.test(intent);
}

function fieldText(field: Field, shown: string): string {
  switch (field.kind) {
    case 'text':
      return seenOf(shown, field.value);
    case 'choice':
      return field.chosen.join('\n') || shown;
    case 'box':
      return field.checked ? '[x]' : '[ ]';
    case 'face':
      return '';
  }
}

/** An amount may be shown otherwise than it is kept; a long text is kept whole and shown as far as it fits. */
function seenOf(shown: string, value: string): string {
  const [seen, kept] = [bare(shown), bare(value)];
  return seen === '' || kept.includes(seen) ? value : shown;
}

/** Tells what the page itself says somewhere. */
function saidBy(items: readonly TextItem[]): (area: Area, text: string) => boolean {
  // By their heights, so that not every field of a form looks at every word of it.
  const placed = items
    .filter(({ str }) => str.trim() !== '')
    .map((item) => ({ text: item.str, area: areaOf(item) }))
    .sort((a, b) => a.area.y0 - b.area.y0);
  const tallest = placed.reduce((most, { area }) => Math.max(most, area.y1 - area.y0), 0);
  return (area, text) => {
    const inside: { text: string; area: Area }[] = [];
    for (let at = firstFrom(placed, area.y0 - tallest); at < placed.length; at++) {
      const one = placed[at];
      if (!one || one.area.y0 > area.y1) break;
      if (holdsMiddle(area, one.area)) inside.push(one);
    }
    if (inside.length === 0) return false;
    // A flattened box holds a tick, a cross or a letter in some font of symbols.
    if (text === '[x]' || text === '[ ]') return inside.some((one) => one.text.trim().length === 1);
    const ordered = inside.sort((a, b) => b.area.y0 - a.area.y0 || a.area.x0 - b.area.x0);
    return bare(ordered.map((one) => one.text).join('')).includes(bare(text));
  };
}

function firstFrom(placed: readonly { area: Area }[], y: number): number {
  let [low, high] = [0, placed.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((placed[middle]?.area.y0 ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

function bare(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, '');
}
