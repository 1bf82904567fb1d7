import { ASSUMED, languagesOfStopWord, SIMPLE } from './languages.ts';

/**
 * How many passages follow the rules of each language, by the rules' names: what a person's passages are in, and so what a
 * query may be about.
 */
export type PassageLanguages = ReadonlyMap<string, number>;

/** How many function words a language that none of the passages is in must have more than those that some are in. */
const ABROAD = 3;
/** So many function words less, and a language is still one that the query may be in. */
const DOUBT = 1;

/**
 * The languages that a query may be in, as its function words tell: the one that has most of them, and those that have
 * nearly as many. A language counts for as much as one word more as the passages are in it: `die hard` among English
 * passages is not German. English is at home everywhere, as is what nobody could tell.
 *
 * A detector would need more than the few words of a query, and 60 MB in each function that searches.
 * @param words of the query, normalised and accents folded
 */
export function likelyLanguages(words: ReadonlySet<string>, passages: PassageLanguages): ReadonlySet<string> {
  const total = [...passages.values()].reduce((sum, count) => sum + count, 0) || 1;
  const scores = new Map([[ASSUMED, 0]]);
  for (const [language, count] of passages) if (language !== SIMPLE) scores.set(language, count / total);
  for (const word of words) {
    for (const language of languagesOfStopWord(word)) {
      scores.set(language, (scores.get(language) ?? -ABROAD) + 1);
    }
  }
  const best = Math.max(...scores.values());
  return new Set([...scores].filter(([, score]) => score >= best - DOUBT).map(([language]) => language));
}
