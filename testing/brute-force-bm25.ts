import { analyzeQuery, type TermGroup } from '#shared/text/analyze-query.ts';
import { createAnalyzer } from '#shared/text/analyzer.ts';
import { rulesFor } from '#shared/text/languages.ts';

interface Passage {
  /** What finds it. */
  counts: Map<string, number>;
  /** Its function words. */
  said: Map<string, number>;
  length: number;
}

interface WeighedWord {
  terms: readonly string[];
  /** Whether the passages count in which it is a function word. */
  isWhole: boolean;
  idf: number;
}

/**
 * BM25 as written in a book: every passage against every word of the query, with no index. A word weighs what the share of
 * the passages says in which it is said; function words of the query's language are asked for only where there are no
 * others, and doubtful ones have at most half the weight of the lightest other, all together; guesses about a seventh.
 */
export class BruteForce {
  readonly #passages: Passage[];
  readonly #languages = new Map<string, number>();
  readonly #average: number;

  constructor(passages: readonly { text: string; language: string | null }[]) {
    const analyzers = new Map(passages.map(({ language }) => [language, createAnalyzer(language)]));
    this.#passages = passages.map(({ text, language }) => {
      const rules = rulesFor(language);
      this.#languages.set(rules, (this.#languages.get(rules) ?? 0) + 1);
      return (analyzers.get(language) ?? createAnalyzer(language)).analyze(text);
    });
    this.#average = this.#passages.reduce((sum, { length }) => sum + length, 0) / this.#passages.length;
  }

  /** All passages that hold a word of the query, best first; of equal scores the first passage first. */
  search(query: string, { k1, b }: { k1: number; b: number }): { passage: number; score: number }[] {
    const words = this.#weigh(analyzeQuery(query, this.#languages));
    const found: { passage: number; score: number }[] = [];
    this.#passages.forEach(({ counts, said, length }, passage) => {
      let score = 0;
      for (const { terms, isWhole, idf } of words) {
        const f = terms.reduce((sum, term) => sum + (counts.get(term) ?? 0) + (isWhole ? (said.get(term) ?? 0) : 0), 0);
        if (f > 0) score += idf * (f / (f + k1 * (1 - b + (b * length) / this.#average)));
      }
      if (score > 0) found.push({ passage, score });
    });
    return found.sort((x, y) => y.score - x.score || x.passage - y.passage);
  }

  #weigh(groups: readonly TermGroup[]): WeighedWord[] {
    const isFound = ({ terms }: TermGroup) => this.#holding(terms, 'counts') > 0;
    const isLeft = groups.some(
      (group) => group.standing === 'content' || (group.standing === 'doubtful' && isFound(group)),
    );
    const words = groups
      .filter(({ standing }) => !isLeft || standing !== 'function')
      .map((group) => ({
        standing: isLeft ? group.standing : 'content',
        terms: isLeft ? group.terms : [...group.terms, ...group.said].sort(),
        isWhole: !isLeft,
        isHeld: isLeft ? isFound(group) : true,
        frequency: Math.min(
          this.#passages.length,
          this.#holding(group.terms, 'counts') + this.#holding(group.said, 'said'),
        ),
      }))
      .filter(({ isHeld, frequency }) => isHeld && frequency > 0)
      .map((word) => ({
        ...word,
        idf: Math.log(1 + (this.#passages.length - word.frequency + 0.5) / (word.frequency + 0.5)),
      }));
    const sure = words.filter(({ standing }) => standing === 'content').map(({ idf }) => idf);
    const shares = { doubtful: 0.5, guess: 0.15, content: Infinity, function: Infinity };
    const among = (wanted: string) => words.filter(({ standing }) => standing === wanted).length;
    return (
      words
        .map(({ standing, idf, ...word }) => ({
          ...word,
          idf: Math.min(idf, (shares[standing] * Math.min(...sure)) / among(standing)),
        }))
        // Sums of floating point depend on their order; this is the product's.
        .sort((x, y) => y.idf - x.idf || (x.terms.join(' ') < y.terms.join(' ') ? -1 : 1))
    );
  }

  /** Passages that hold the terms, one that holds two counting twice. */
  #holding(terms: readonly string[], as: 'counts' | 'said'): number {
    return terms.reduce((sum, term) => sum + this.#passages.filter((passage) => passage[as].has(term)).length, 0);
  }
}
