import { LRUCache } from 'lru-cache';
import { type Analyzer, createAnalyzer } from './analyzer.ts';
import { rulesFor } from './languages.ts';

/** Some 3 MB; most of what is shown to people is made of far fewer. */
const WORDS_A_LANGUAGE = 20_000;

/** The analyzer for texts of a language, by its ISO 639-1 code. */
export type Analyzers = (language: string | null | undefined) => Analyzer;

/**
 * Analyzers that stay, one for each set of rules, and remember the words they saw last: the results of a search are stemmed
 * whole to mark what matches in them, 7 of the 26 ms of processor time that a search took without a memory.
 */
export function createAnalyzers(): Analyzers {
  const byRules = new Map<string, Analyzer>();
  return (language) => {
    const rules = rulesFor(language);
    const analyzer =
      byRules.get(rules) ?? createAnalyzer(rules, new LRUCache<string, string>({ max: WORDS_A_LANGUAGE }));
    byRules.set(rules, analyzer);
    return analyzer;
  };
}
