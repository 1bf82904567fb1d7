// Latin, Greek and Cyrillic accents; Hebrew points and accents; Arabic vowel signs, hamza above and below, and the stroke
// that only lengthens a word.
const ACCENTS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0655\u0670\u0640]/g;

/** One spelling for what looks or means the same: full-width forms, ligatures and case. Accents stay: stemmers need them. */
export function normalizeWord(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

/**
 * Takes the accents off letters of Latin, Greek and Cyrillic scripts, and what Hebrew and Arabic may leave out: their vowel
 * signs. Those of other scripts, which are always written, stay.
 */
export function foldAccents(word: string): string {
  return word.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
}
