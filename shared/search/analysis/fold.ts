const ACCENTS = /[\u0300-\u036f]/g;

/** One spelling for what looks or means the same: full-width forms, ligatures and case. Accents stay: stemmers need them. */
export function normalizeWord(word: string): string {
  return word.normalize('NFKC').toLowerCase();
}

/**
 * Takes the accents off letters of Latin, Greek and Cyrillic scripts; vowel signs of other scripts, which carry meaning,
 * stay.
 */
export function foldAccents(word: string): string {
  return word.normalize('NFD').replace(ACCENTS, '').normalize('NFC');
}
