import { type Standing, type TermGroup, wholeWord } from './analyze-query.ts';

/** All that is doubtful together weighs at most so much of the lightest word that surely is looked for; */
const SHARE_OF_DOUBT = 0.5;
/** and so much what a word may be spelt like. */
const SHARE_OF_GUESSES = 0.15;

export interface WeightedGroup {
  /** A passage that holds one of these is found. */
  terms: readonly string[];
  /**
   * Passages in which the group's word is said; of several terms the sum, a passage that holds two counting twice.
   */
  frequency: number;
  /** ln(1 + (N − n + 0.5) / (n + 0.5)), less where it is doubtful. No passage gets as much from this group. */
  idf: number;
}

/**
 * What the words of a query are worth, the weightiest first; what nothing holds is left out. A word's weight comes from the
 * passages in which it is said, those in whose language it is a function word as well, which it does not find. Function
 * words of the query's own language count only where the query consists of nothing else; and what may be one, next to
 * words that are none, only settles what these leave open.
 *
 * @param frequencies passages that hold each term, function words' as well
 * @param chunks passages in all
 */
export function weighGroups(
  groups: readonly TermGroup[],
  frequencies: ReadonlyMap<string, number>,
  chunks: number,
): WeightedGroup[] {
  const weighed = decidingGroups(groups, frequencies).flatMap(({ standing, terms, said }) => {
    const held = sum(terms, frequencies);
    if (held === 0) return [];
    const frequency = Math.min(held + sum(said, frequencies), chunks);
    return [{ standing, terms, frequency, idf: inverseFrequency(frequency, chunks) }];
  });
  const many = (standing: Standing): number => weighed.filter((each) => each.standing === standing).length;
  const lightest = Math.min(...weighed.filter(({ standing }) => standing === 'content').map(({ idf }) => idf));
  const most: Record<Standing, number> = {
    content: Number.POSITIVE_INFINITY,
    function: Number.POSITIVE_INFINITY,
    doubtful: (SHARE_OF_DOUBT * lightest) / many('doubtful'),
    guess: (SHARE_OF_GUESSES * lightest) / many('guess'),
  };
  return weighed
    .map(({ standing, terms, frequency, idf }) => ({
      terms,
      frequency,
      idf: Math.min(idf, most[standing]),
    }))
    .sort((a, b) => b.idf - a.idf || (a.terms.join(' ') < b.terms.join(' ') ? -1 : 1));
}

/** Lucene's; also the vector store's, of what has its `idf` modifier. */
export function inverseFrequency(frequency: number, chunks: number): number {
  return Math.log(1 + (chunks - frequency + 0.5) / (frequency + 0.5));
}

/** Whether a query's words find passages in which they are function words: it has no others, or nothing holds those. */
export function isAllFunctionWords(groups: readonly TermGroup[], frequencies?: ReadonlyMap<string, number>): boolean {
  return groups.every(
    ({ standing, terms }) =>
      standing === 'function' ||
      (standing === 'doubtful' && frequencies !== undefined && sum(terms, frequencies) === 0),
  );
}

function decidingGroups(groups: readonly TermGroup[], frequencies: ReadonlyMap<string, number>): TermGroup[] {
  if (isAllFunctionWords(groups, frequencies)) return groups.map(wholeWord);
  return groups.filter(({ standing }) => standing !== 'function');
}

function sum(terms: readonly string[], frequencies: ReadonlyMap<string, number>): number {
  return terms.reduce((total, term) => total + (frequencies.get(term) ?? 0), 0);
}
