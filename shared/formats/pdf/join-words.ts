import type { Fragment } from './fragment.ts';
import { turnBrackets } from './presentation-forms.ts';

/** Below this gap (in ems) fragments touch; pdf.js uses the same limit for its own spaces. */
const WORD_GAP_EMS = 0.1;
/** Only at a line's end is it drawn. */
const SOFT_HYPHEN_INSIDE = /\u00AD(?!$)/g;

/**
 * The text of fragments that stand on one line.
 * @param byPlace from left to right
 * @param line baseline and size of the line they belong to
 */
export function joinWords(byPlace: readonly Fragment[], rtl: boolean, line: { y: number; size: number }): string {
  return rtl ? turnBrackets(join(rightToLeft(byPlace), line)) : join(leftToRight(byPlace), line);
}

/** In a left-to-right line, what is written from the right is turned around run by run. */
function leftToRight(byPlace: readonly Fragment[]): Fragment[] {
  const result: Fragment[] = [];
  let run: Fragment[] = [];
  for (const fragment of byPlace) {
    if (fragment.rtl) run.push(fragment);
    else {
      result.push(...run.reverse(), fragment);
      run = [];
    }
  }
  return [...result, ...run.reverse()];
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

function join(fragments: readonly Fragment[], line: { y: number; size: number }): string {
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
