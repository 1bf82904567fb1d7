const HYPHENATED = /(?<=\p{L}{2})[-\u00AD\u2010]$/u;

/**
 * What to join with the word that begins the next line: `adip-` before `iscing` → `adip`. A compound that has hyphens
 * already keeps this one too.
 * @returns undefined where the hyphen is no line's end
 */
export function stemOfHyphenated(word: string, next: string): string | undefined {
  if (!HYPHENATED.test(word) || !/^\p{Ll}/u.test(next)) return undefined;
  return /[-\u2010]/.test(word.slice(0, -1)) ? word : word.slice(0, -1);
}
