/** How many characters of a file are in each language; those of none under {@link UNTOLD}. */
export type LanguageTally = Readonly<Record<string, number>>;

const UNTOLD = '';
/** A file is said to be in a language when this share of it is. */
const MAIN_SHARE = 0.5;

/** Counts a passage. */
export function addToTally(tally: LanguageTally, language: string | null, characters: number): LanguageTally {
  const key = language ?? UNTOLD;
  return { ...tally, [key]: (tally[key] ?? 0) + characters };
}

/** The language of at least half of what was counted; null when there is none. */
export function mainLanguage(tally: LanguageTally): string | null {
  const total = Object.values(tally).reduce((sum, characters) => sum + characters, 0);
  const [main, characters] = Object.entries(tally).reduce(
    (best, next) => (next[1] > best[1] ? next : best),
    [UNTOLD, 0],
  );
  return main !== UNTOLD && characters >= MAIN_SHARE * total ? main : null;
}
