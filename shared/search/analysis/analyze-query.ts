import { type Analyzer, createAnalyzer } from './analyzer.ts';
import { foldAccents, normalizeWord } from './fold.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Terms that mean the same word of a query, because the passages that may hold it are in several languages. */
export type TermGroup = readonly string[];

/**
 * The words of a text as terms in each language: a query does not say its own language, and a word finds the passages
 * of every language in the form that they were indexed by. A stop word of one language counts in the others.
 *
 * @param languages those of the person's passages; null where it is unknown
 * @returns each word once, in order; a group holds at least one term
 */
export function analyzeQuery(text: string, languages: readonly (string | null)[]): TermGroup[] {
  const analyzers = languages.map((language) => createAnalyzer(language));
  const groups = new Map<string, TermGroup>();
  const add = (token: Token, by: readonly Analyzer[]): void => {
    const unaccented = { ...token, text: foldAccents(token.text) };
    const terms = new Set<string>();
    for (const { term } of by) {
      const found = [term(token), term(unaccented)].filter((each) => each !== undefined);
      for (const each of found) terms.add(each);
    }
    const group = [...terms].sort();
    if (group.length > 0) groups.set(group.join(' '), group);
  };
  for (const token of tokenize(text)) {
    add(token, analyzers);
    for (const analyzer of analyzers) for (const part of analyzer.parts(token)) add(part, [analyzer]);
  }
  return [...groups.values()];
}

/** A word's beginning as terms have it. */
export function foldPrefix(prefix: string): string {
  return foldAccents(normalizeWord(prefix));
}
