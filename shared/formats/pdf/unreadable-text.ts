/** Of the signs of a text, what may be no text: a stray control character of a careless program. */
const STRAY_SHARE = 0.02;
const OTHER_STRAY_SHARE = 0.1;
const PRIVATE_SHARE = 0.5;
/** Fewer signs tell nothing, unless they are none. */
const ENOUGH_SIGNS = 4;
/** Signs between the alphabets that few texts hold, and many glyphs have as their numbers. */
const RARE = /[\u0180-\u019F\u01B1-\u02FF\u0370-\u0383\u03CF-\u03FF\u0460-\u048F\u04F0-\u0530]/u;
const RARE_SHARE = 0.3;
/** Words whose letters are of several scripts; texts in several languages have theirs apart. */
const MIXED_SHARE = 0.3;
const SCRIPTS = [
  ...[/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u, /\p{Script=Armenian}/u, /\p{Script=Hebrew}/u],
  ...[/\p{Script=Arabic}/u, /\p{Script=Syriac}/u, /\p{Script=Thaana}/u, /\p{Script=Nko}/u, /\p{Script=Devanagari}/u],
  ...[/\p{Script=Bengali}/u, /\p{Script=Gurmukhi}/u, /\p{Script=Gujarati}/u, /\p{Script=Oriya}/u, /\p{Script=Tamil}/u],
  ...[/\p{Script=Thai}/u, /\p{Script=Tibetan}/u, /\p{Script=Georgian}/u, /\p{Script=Ethiopic}/u, /\p{Script=Khmer}/u],
];
/** In fonts of the usual order, a letter's glyph has a number 29 below the letter's code. */
const GLYPHS_BEFORE = 29;
const SHIFTED_SIGNS = 12;
/** Letters by how often languages in Latin script have them; each is about an eighth rarer than the one before. */
const BY_FREQUENCY = 'etaoinshrdlcumwfgypbvkjxqz';
const RARER = 0.13;
const OTHER_SIGN = 5.5;
const DIGIT = 3;
/** By how much likelier the moved text must be, a sign. */
const LIKELIER = 0.6;

/**
 * Whether what a font shows cannot be told from its codes: where the file does not say which characters they are, the library
 * takes the codes for characters. `The pump` comes as `7KH\u0003SXPS`, with a control character for each space.
 * @param text some of what is written in it, the more the better
 * @param font.numbered whether its codes are taken for characters, and may be numbers of glyphs: some programs number them
 *   by their characters
 */
export function isGarbage(text: string, { numbered }: { numbered: boolean }): boolean {
  const signs = [...text.replaceAll(/\s/g, '')];
  const stray = count(signs, /[\p{Cc}\p{Cn}\uFFFD]/u);
  if (numbered && stray > 1 && stray > STRAY_SHARE * signs.length) return true;
  if (signs.length < ENOUGH_SIGNS) return false;
  if (stray > OTHER_STRAY_SHARE * signs.length || count(signs, /\p{Co}/u) > PRIVATE_SHARE * signs.length) return true;
  return numbered && (count(signs, RARE) > RARE_SHARE * signs.length || isMixed(text) || isShifted(signs));
}

function isMixed(text: string): boolean {
  const words = text.split(/\s+/).filter((word) => count([...word], /\p{L}/u) > 1);
  const mixed = words.filter((word) => SCRIPTS.filter((script) => script.test(word)).length > 1);
  return words.length > 0 && mixed.length > MIXED_SHARE * words.length;
}

function isShifted(signs: readonly string[]): boolean {
  if (signs.length < SHIFTED_SIGNS || count(signs, /[a-z]/) > 0) return false;
  const moved = signs.map((sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + GLYPHS_BEFORE));
  return rarity(signs) - rarity(moved) > LIKELIER;
}

/** How rare the signs of a text are, on average. */
function rarity(signs: readonly string[]): number {
  const sum = signs.reduce((total, sign) => {
    const rank = BY_FREQUENCY.indexOf(sign.toLowerCase());
    if (rank !== -1) return total + 2 + RARER * rank;
    return total + (/\d/.test(sign) ? DIGIT : OTHER_SIGN);
  }, 0);
  return sum / signs.length;
}

function count(signs: readonly string[], kind: RegExp): number {
  return signs.reduce((sum, sign) => (kind.test(sign) ? sum + 1 : sum), 0);
}
