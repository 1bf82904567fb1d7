export const SOFT_HYPHEN = '\u00AD';

const HYPHENATED = /(?<=\p{L}{2})[-\u2010]$/u;

/**
 * What to join with the word that begins the next line: `adip-` before `iscing` → `adip`. A compound that has hyphens
 * already keeps this one too. A soft hyphen is there for the line's end alone.
 * @returns undefined where the hyphen is no line's end
 */
export function stemOfHyphenated(word: string, next: string): string | undefined {
  if (word.endsWith(SOFT_HYPHEN)) return /^\p{L}/u.test(next) ? word.slice(0, -1) : undefined;
  if (!HYPHENATED.test(word) || !/^\p{Ll}/u.test(next)) return undefined;
  return /[-\u2010]/.test(word.slice(0, -1)) ? word : word.slice(0, -1);
}

/** `adip-` + `iscing elit.` → `adipiscing` + `elit.` */
export function joinHyphenated(line: string, next: string): { line: string; rest: string } | undefined {
  const lastWord = line.lastIndexOf(' ') + 1;
  const stem = stemOfHyphenated(line.slice(lastWord), next);
  if (stem === undefined) return undefined;
  const space = next.indexOf(' ');
  const head = space === -1 ? next : next.slice(0, space);
  const rest = space === -1 ? '' : next.slice(space + 1);
  return { line: line.slice(0, lastWord) + stem + head, rest };
}
