import { simplifyHan } from './simplify-han.ts';

// Latin, Greek and Cyrillic accents; Hebrew points and accents; Arabic vowel signs, hamza above and below, and the stroke
// that only lengthens a word.
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0655\u0670\u0640]/g;

/** Letters that Unicode does not take apart, as who has no such key writes them; Persian's two for Arabic's, and back. */
const PLAIN_LETTERS: ReadonlyMap<string, string> = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ł', 'l'],
  ['ħ', 'h'],
  ['ŧ', 't'],
  ['ŋ', 'n'],
  ['ı', 'i'],
  ['ĸ', 'k'],
  ['ς', 'σ'],
  ['ى', 'ي'],
  ['ی', 'ي'],
  ['ک', 'ك'],
]);
const OTHER_LETTER = /[ßæœøđðþłħŧŋıĸςىیک]/g;
const ASCII = /^[\0-\x7f]*$/;

/** One spelling for what looks or means the same: full-width forms, ligatures and case. Accents stay: stemmers need them. */
export function normalizeWord(word: string): string {
  return ASCII.test(word) ? word.toLowerCase() : word.normalize('NFKC').toLowerCase();
}

/**
 * Takes the accents off letters of Latin, Greek and Cyrillic scripts, and what Hebrew and Arabic may leave out: their vowel
 * signs. Those of other scripts, which are always written, stay. Traditional Chinese characters become simplified ones.
 */
export function foldAccents(word: string): string {
  if (ASCII.test(word)) return word;
  const folded = word
    .normalize('NFD')
    .replace(ACCENTS, '')
    .normalize('NFC')
    .replace(OTHER_LETTER, (letter) => PLAIN_LETTERS.get(letter) ?? letter);
  return simplifyHan(folded);
}
