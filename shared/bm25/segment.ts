import { ANALYSIS } from '#shared/text/analysis.ts';
import { type Analyzer, createAnalyzer } from '#shared/text/analyzer.ts';
import { rulesFor } from '#shared/text/languages.ts';
import { pushVarint } from './varint.ts';
import { endingTerm, mayBeCompound } from './word-endings.ts';

/** A passage as the index takes it. */
export interface IndexedPassage {
  /** What can be found: the headings over the passage, and the passage. */
  text: string;
  /** ISO 639-1; null where nobody can tell. */
  language: string | null;
}

/**
 * The postings of some passages of one file that follow each other, ready to be stored: a row a term. Passages are
 * counted from 0, the first one's index in the file being kept with the segment.
 */
export interface Segment {
  analysis: number;
  chunks: number;
  totalLength: number;
  /** Length of each passage, as varints. */
  lengths: Buffer;
  /** How many passages follow the rules of each language. */
  languages: Map<string, number>;
  /** Function words as well, by the terms that are theirs alone; and what tells how compounds end, without postings. */
  terms: { term: string; chunks: number; postings: Buffer }[];
}

/**
 * Postings as bytes: for each passage that holds the term, in order, a varint of twice its distance to the passage before,
 * odd when the count is over 1 and follows as a varint less 2. Most terms stand once in a passage: 1 byte a posting.
 */
export function buildSegment(passages: readonly IndexedPassage[]): Segment {
  const analyzers = new Map<string, Analyzer>();
  const languages = new Map<string, number>();
  const terms = new Map<string, { passages: number; last: number; bytes: number[] }>();
  const compounds = new Set<string>();
  const lengths: number[] = [];
  let totalLength = 0;
  passages.forEach(({ text, language }, at) => {
    const rules = rulesFor(language);
    const analyzer = analyzers.get(rules) ?? createAnalyzer(rules);
    analyzers.set(rules, analyzer);
    languages.set(rules, (languages.get(rules) ?? 0) + 1);
    const { counts, said, length } = analyzer.analyze(text);
    pushVarint(lengths, length);
    totalLength += length;
    for (const [term, count] of [...counts, ...said]) {
      const list = terms.get(term) ?? { passages: 0, last: -1, bytes: [] };
      if (list.passages === 0) terms.set(term, list);
      if (mayBeCompound(term, language)) compounds.add(term);
      pushVarint(list.bytes, (at - list.last - 1) * 2 + (count > 1 ? 1 : 0));
      if (count > 1) pushVarint(list.bytes, count - 2);
      list.last = at;
      list.passages += 1;
    }
  });
  return {
    analysis: ANALYSIS,
    chunks: passages.length,
    totalLength,
    lengths: Buffer.from(lengths),
    languages,
    terms: [
      ...[...terms].map(([term, list]) => ({ term, chunks: list.passages, postings: Buffer.from(list.bytes) })),
      ...[...compounds].map((term) => ({
        term: endingTerm(term),
        chunks: terms.get(term)?.passages ?? 0,
        postings: Buffer.alloc(0),
      })),
    ]
      // Neighbours in the index come to lie together in the table.
      .sort((a, b) => (a.term < b.term ? -1 : 1)),
  };
}
