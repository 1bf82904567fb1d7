import { analyzeQuery } from '#shared/search/analysis/analyze-query.ts';
import { createAnalyzer } from '#shared/search/analysis/analyzer.ts';

interface Passage {
  counts: Map<string, number>;
  length: number;
}

/** BM25 as written in a book: every passage against every word of the query, with no index. */
export class BruteForce {
  readonly #language: string | null;
  readonly #passages: Passage[];
  readonly #average: number;

  constructor(passages: readonly string[], language: string | null) {
    this.#language = language;
    const analyzer = createAnalyzer(language);
    this.#passages = passages.map((text) => analyzer.analyze(text));
    this.#average = this.#passages.reduce((sum, { length }) => sum + length, 0) / this.#passages.length;
  }

  /** All passages that hold a word of the query, best first; of equal scores the first passage first. */
  search(query: string, { k1, b }: { k1: number; b: number }): { passage: number; score: number }[] {
    const count = this.#passages.length;
    const terms = analyzeQuery(query, [this.#language])
      .flat()
      .map((term) => ({ term, frequency: this.#passages.filter(({ counts }) => counts.has(term)).length }))
      .filter(({ frequency }) => frequency > 0)
      // Sums of floating point depend on their order; this is the product's.
      .sort((x, y) => x.frequency - y.frequency || (x.term < y.term ? -1 : 1));
    const found: { passage: number; score: number }[] = [];
    this.#passages.forEach(({ counts, length }, passage) => {
      let score = 0;
      for (const { term, frequency } of terms) {
        const f = counts.get(term);
        if (f === undefined) continue;
        const idf = Math.log(1 + (count - frequency + 0.5) / (frequency + 0.5));
        score += idf * (f / (f + k1 * (1 - b + (b * length) / this.#average)));
      }
      if (score > 0) found.push({ passage, score });
    });
    return found.sort((x, y) => y.score - x.score || x.passage - y.passage);
  }
}
