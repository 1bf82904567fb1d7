import type { TermGroup } from '#shared/text/analyze-query.ts';
import { endingTerm, wordOfEnding } from './word-endings.ts';

/** Terms that stand for one word. */
const MOST_TERMS = 50;
/** Words of a query that are looked for so. */
const MOST_WORDS = 4;
/** Of what a compound is made of: shorter ones stand in too many words by chance. */
const SHORTEST_PART = 4;
/** What is left of the compound is a word, too. */
const SHORTEST_REST = 3;
const PLAIN = /^[\p{L}\p{M}\p{N}]+$/u;
const LETTERS = /^[\p{L}\p{M}]+$/u;

/** Gives the person's most frequent terms that begin so. */
export type FindBeginnings = (beginning: string, limit: number) => Promise<readonly string[]>;

export interface UnfinishedWord {
  /** The last word of the query, as the index would have it. */
  group: TermGroup;
  /** What was typed of it, folded. */
  beginning: string;
}

/**
 * What stands for the words of a query that no passage holds: the last one may be a beginning, and any a part of longer
 * words, at their front or end.
 * @param missing content groups whose terms are not in the index
 * @returns the terms of each group for which there are some
 */
export async function expandMissing(
  missing: readonly TermGroup[],
  last: UnfinishedWord | undefined,
  find: FindBeginnings,
): Promise<Map<TermGroup, string[]>> {
  const expanded = new Map<TermGroup, string[]>();
  for (const group of missing.slice(0, MOST_WORDS)) {
    const found = group === last?.group ? plainWords(await find(last.beginning, MOST_TERMS)) : [];
    if (found.length === 0) {
      for (const part of group.terms) found.push(...(await compoundsOf(part, find)));
    }
    if (found.length > 0) expanded.set(group, [...new Set(found)].slice(0, MOST_TERMS).sort());
  }
  return expanded;
}

/** An address or a code counts beside its first word, which is a term as well; alone where there is no other. */
export function plainWords(terms: readonly string[]): string[] {
  const plain = terms.filter((term) => PLAIN.test(term));
  return plain.length > 0 ? plain : [...terms];
}

async function compoundsOf(part: string, find: FindBeginnings): Promise<string[]> {
  if (part.length < SHORTEST_PART || !LETTERS.test(part)) return [];
  const [front, end] = [await find(part, MOST_TERMS), await find(endingTerm(part), MOST_TERMS)];
  return [...front, ...end.map(wordOfEnding)].filter(
    (term) => LETTERS.test(term) && term.length >= part.length + SHORTEST_REST,
  );
}
