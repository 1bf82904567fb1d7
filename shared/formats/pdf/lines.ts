import type { Fragment } from './fragment.ts';
import { turnBrackets } from './presentation-forms.ts';

/** Fragments on one baseline that belong together, in reading order. */
export interface Segment {
  text: string;
  x0: number;
  x1: number;
}

export interface Line {
  segments: Segment[];
  x0: number;
  x1: number;
  y: number;
  /** Size of most of its characters. */
  size: number;
  rtl: boolean;
}

/** A raised or lowered mark still belongs to its line when its baseline is this near, in ems of the larger type. */
const SAME_LINE_EMS = 0.45;
/** Below this gap (in ems) fragments touch; pdf.js uses the same limit for its own spaces. */
const WORD_GAP_EMS = 0.1;
/** From this gap on (in ems) two pieces of a line may be cells. Justified text has gaps up to about 1.4. */
const CELL_GAP_EMS = 1;

/** Only at a line's end is it drawn. */
const SOFT_HYPHEN_INSIDE = /\u00AD(?!$)/g;

/** The lines of a region from top to bottom. */
export function toLines(fragments: readonly Fragment[]): Line[] {
  const open: { fragments: Fragment[]; y: number; size: number }[] = [];
  for (const fragment of [...fragments].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    const line = open
      .slice(-3)
      .findLast(
        (candidate) =>
          fragment.y - candidate.y <= SAME_LINE_EMS * Math.max(fragment.size, candidate.size) &&
          !candidate.fragments.some((other) => overlaps(other, fragment)),
      );
    if (!line) {
      open.push({ fragments: [fragment], y: fragment.y, size: fragment.size });
    } else {
      line.fragments.push(fragment);
      if (fragment.size > line.size) {
        line.size = fragment.size;
        line.y = fragment.y;
      }
    }
  }
  return open.map((line) => toLine(line.fragments, line.y)).sort((a, b) => a.y - b.y);
}

function overlaps(a: Fragment, b: Fragment): boolean {
  const shared = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  return shared > 0.3 * Math.min(a.x1 - a.x0, b.x1 - b.x0) && shared > 0.5;
}

function toLine(fragments: readonly Fragment[], y: number): Line {
  const byPlace = [...fragments].sort((a, b) => a.x0 - b.x0);
  const rtlChars = byPlace.reduce((sum, fragment) => sum + (fragment.rtl ? 1 : -1) * fragment.text.length, 0);
  const rtl = rtlChars > 0;
  const size = dominantSize(byPlace);
  const segments = toSegments(byPlace, rtl, { y, size });
  return {
    segments: rtl ? segments.reverse() : segments,
    x0: byPlace[0]?.x0 ?? 0,
    x1: byPlace.reduce((end, fragment) => Math.max(end, fragment.x1), Number.NEGATIVE_INFINITY),
    y,
    size,
    rtl,
  };
}

function toSegments(byPlace: readonly Fragment[], rtl: boolean, line: { y: number; size: number }): Segment[] {
  const groups: Fragment[][] = [];
  let end = 0;
  for (const fragment of byPlace) {
    const group = groups.at(-1);
    if (group && fragment.x0 - end < CELL_GAP_EMS * fragment.size) group.push(fragment);
    else groups.push([fragment]);
    end = Math.max(end, fragment.x1);
  }
  return groups.map((group) => ({
    text: rtl ? turnBrackets(joinWords(rightToLeft(group), line)) : joinWords(group, line),
    x0: group[0]?.x0 ?? 0,
    x1: group.reduce((last, fragment) => Math.max(last, fragment.x1), Number.NEGATIVE_INFINITY),
  }));
}

/**
 * In a right-to-left line the runs go from the right, but Latin words, with the numbers and signs among them, keep
 * their own order.
 */
function rightToLeft(group: readonly Fragment[]): Fragment[] {
  const result: Fragment[] = [];
  let latin: Fragment[] = [];
  const flush = (): void => {
    result.push(...latin);
    latin = [];
  };
  for (let at = group.length - 1; at >= 0; at--) {
    const fragment = group[at];
    if (!fragment) continue;
    const right = latin[0];
    if (!fragment.rtl && right && goesOn(fragment, right, group[at - 1])) latin.unshift(fragment);
    else {
      flush();
      if (fragment.rtl || isSign(fragment)) result.push(fragment);
      else latin = [fragment];
    }
  }
  flush();
  return result;
}

/** Whether what stands left of a Latin word or a number is read before it. */
function goesOn(left: Fragment, right: Fragment, beforeLeft: Fragment | undefined): boolean {
  const touches = right.x0 - left.x1 <= WORD_GAP_EMS * right.size && !left.spaceAfter;
  if (isSign(left)) {
    if (!beforeLeft || beforeLeft.rtl || isSign(beforeLeft)) return false;
    return touches || (hasLetters(beforeLeft) && hasLetters(right));
  }
  // Of two numbers the right one comes first, unless they are one.
  return touches || hasLetters(left) || hasLetters(right);
}

function isSign({ rtl, text }: Fragment): boolean {
  return !rtl && !/[\p{L}\p{N}]/u.test(text);
}

function hasLetters({ text }: Fragment): boolean {
  return /\p{L}/u.test(text);
}

function joinWords(fragments: readonly Fragment[], line: { y: number; size: number }): string {
  let text = '';
  let previous: Fragment | undefined;
  for (const fragment of fragments) {
    const apart = (previous && areApart(previous, fragment)) || isNoteMark(text, fragment, line);
    text += previous && apart ? ` ${fragment.text}` : fragment.text;
    previous = fragment;
  }
  return text.replace(SOFT_HYPHEN_INSIDE, '').replace(/\s+/g, ' ').trim();
}

function areApart(a: Fragment, b: Fragment): boolean {
  const [left, right] = a.x0 <= b.x0 ? [a, b] : [b, a];
  return left.spaceAfter || right.x0 - left.x1 > WORD_GAP_EMS * b.size;
}

/** A small raised number after a word or a number refers to a note and must not become part of it; `m2` may. */
function isNoteMark(before: string, fragment: Fragment, line: { y: number; size: number }): boolean {
  const raised = fragment.size <= 0.8 * line.size && line.y - fragment.y > 0.15 * line.size;
  return (
    raised && /^\d/.test(fragment.text) && /[\p{L}\d]$/u.test(before) && !/(?<![\p{L}\d])\p{L}{1,2}$/u.test(before)
  );
}

function dominantSize(fragments: readonly Fragment[]): number {
  const chars = new Map<number, number>();
  for (const { size, text } of fragments) chars.set(size, (chars.get(size) ?? 0) + text.length);
  return [...chars].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
}
