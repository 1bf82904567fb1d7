import { encodeQuery } from '#shared/pipeline/embed/sparse-bm25.ts';

const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

/**
 * Finds the words of a text that the query asks for, stems compared as the sparse leg does.
 * @returns a function from a text to the spans of its matching words, UTF-16 offsets, in order
 */
export function highlightTerms(query: string): (text: string) => { start: number; end: number }[] {
  const wanted = new Set(encodeQuery(query).indices);
  // Stemming costs most, and texts repeat their words.
  const known = new Map<string, boolean>();
  const matches = (word: string): boolean => {
    let match = known.get(word);
    if (match === undefined) {
      match = encodeQuery(word).indices.some((term) => wanted.has(term));
      known.set(word, match);
    }
    return match;
  };
  return (text) =>
    [...text.matchAll(WORD)]
      .filter(([word]) => matches(word.toLowerCase()))
      .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
}
