/** Fewer signs tell nothing. */
const ENOUGH_SIGNS = 4;
/** Of the signs of a text, what may be no text: a byte order mark, a stray control character of a careless program. */
const STRAY_SHARE = 0.02;
const OTHER_STRAY_SHARE = 0.1;
const PRIVATE_SHARE = 0.5;
/** Signs between the alphabets that few texts hold, and many glyphs have as their numbers. */
const RARE = /[\u0180-\u019F\u01B1-\u02FF\u0370-\u0383\u03CF-\u03FF\u0460-\u048F\u04F0-\u0530]/u;
const RARE_SHARE = 0.3;
/** A text in signs of many scripts, a few each, is a text in numbers of glyphs. */
const MOST_SCRIPTS = 4;
const GLYPHS_BEFORE = 29;
const SHIFTED_SIGNS = 20;
const SCRIPTS = [
  ...[/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u, /\p{Script=Hebrew}/u],
  ...[/\p{Script=Arabic}/u, /\p{Script=Syriac}/u, /\p{Script=Thaana}/u, /\p{Script=Nko}/u, /\p{Script=Devanagari}/u],
  ...[/\p{Script=Bengali}/u, /\p{Script=Gurmukhi}/u, /\p{Script=Gujarati}/u, /\p{Script=Oriya}/u, /\p{Script=Tamil}/u],
  ...[/\p{Script=Thai}/u, /\p{Script=Tibetan}/u, /\p{Script=Georgian}/u, /\p{Script=Ethiopic}/u, /\p{Script=Khmer}/u],
];

/**
 * Whether what a font shows cannot be told from its codes: where the file does not say which characters they are, the library
 * takes the codes for characters. `The pump` comes as `7KH\u0003SXPS`, with a control character for each space.
 * @param text some of what is written in it, the more the better
 * @param font.numbered whether its codes are numbers of glyphs, as far as the file tells
 */
export function isGarbage(text: string, { numbered }: { numbered: boolean }): boolean {
  const signs = [...text.replaceAll(/\s/g, '')];
  if (signs.length < ENOUGH_SIGNS) return false;
  const stray = count(signs, /[\p{Cc}\p{Cn}\uFFFD]/u);
  const own = count(signs, /\p{Co}/u);
  if (stray > Math.max(1, STRAY_SHARE * signs.length)) return numbered || stray > OTHER_STRAY_SHARE * signs.length;
  if (own > PRIVATE_SHARE * signs.length) return true;
  if (!numbered) return false;
  if (isShifted(text) || count(signs, RARE) > RARE_SHARE * signs.length) return true;
  return SCRIPTS.filter((script) => count(signs, script) > 0).length > MOST_SCRIPTS;
}

/**
 * Fonts of the usual order have `A` 29 glyphs before its code. The letters of such a text are capitals with few vowels, and
 * have as many as any text once they are moved back.
 */
function isShifted(text: string): boolean {
  const signs = [...text].filter((sign) => sign > ' ');
  if (signs.length < SHIFTED_SIGNS || count(signs, /[a-z]/) > 0) return false;
  const moved = signs.map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + GLYPHS_BEFORE));
  return vowelShare(signs) < 0.25 && vowelShare(moved) > 0.3 && count(moved, /[a-z]/) > 0.6 * moved.length;
}

function vowelShare(signs: readonly string[]): number {
  return count(signs, /[aeiouy]/i) / Math.max(1, count(signs, /[a-z]/i));
}

function count(signs: readonly string[], kind: RegExp): number {
  return signs.reduce((sum, sign) => (kind.test(sign) ? sum + 1 : sum), 0);
}
