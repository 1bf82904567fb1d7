import { cleanText } from '../text/clean-text.ts';
import type { Fragment } from './fragment.ts';
import { SOFT_HYPHEN } from './hyphenation.ts';
import { toLetters } from './presentation-forms.ts';

/** So many letters on either side tell a place in the text of a page. */
const AROUND = 8;

/**
 * Whether soft hyphens may be missing at the ends of lines: the library leaves them out. A page that shows hyphens there
 * tells them all.
 */
export function mayMissHyphens(groups: readonly (readonly Fragment[])[]): boolean {
  let goesOn = false;
  for (const group of groups) {
    for (const [at, fragment] of group.entries()) {
      const next = group[at + 1];
      if (!next || next.y - fragment.y < 0.5 * fragment.size || !/^\p{Ll}/u.test(next.text)) continue;
      if (/\p{L}-$/u.test(fragment.text)) return false;
      goesOn ||= /\p{L}$/u.test(fragment.text);
    }
  }
  return goesOn;
}

/** Puts back the soft hyphens that are drawn between fragments. @param drawn the page as `drawnText` tells it */
export function withSoftHyphens(fragments: readonly Fragment[], drawn: string): Fragment[] {
  const hyphens = softHyphenPlaces(drawn);
  if (hyphens.size === 0) return [...fragments];
  let letters = '';
  const ends = fragments.map(({ text }) => {
    letters += text.replace(/\s/g, '');
    return letters.length;
  });
  return fragments.map((fragment, at) =>
    hyphens.has(placeKey(letters, ends[at] ?? 0))
      ? { ...fragment, text: fragment.text.trimEnd() + SOFT_HYPHEN }
      : fragment,
  );
}

/** What stands before and after each soft hyphen. */
function softHyphenPlaces(drawn: string): Set<string> {
  const places = new Set<string>();
  if (!drawn.includes(SOFT_HYPHEN)) return places;
  const parts = drawn.split(SOFT_HYPHEN).map((part) => toLetters(cleanText(part)).replace(/\s/g, ''));
  const letters = parts.join('');
  let end = 0;
  for (const part of parts.slice(0, -1)) {
    end += part.length;
    places.add(placeKey(letters, end));
  }
  return places;
}

function placeKey(letters: string, at: number): string {
  return `${letters.slice(Math.max(0, at - AROUND), at)}${SOFT_HYPHEN}${letters.slice(at, at + AROUND)}`;
}
