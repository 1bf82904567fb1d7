import { foldAccents, normalizeWord } from './fold.ts';
import { tokenize } from './tokenize.ts';

/** The words of a text in order, case and accents folded, nothing else: what a quoted phrase is compared by. */
function foldedWords(text: string): string[] {
  const words: string[] = [];
  for (const { text: word, kind } of tokenize(text)) {
    if (kind === 'word' || kind === 'code') words.push(foldAccents(normalizeWord(word)));
  }
  return words;
}

/**
 * Tells whether a text holds a phrase: the same words next to each other, in order and unstemmed; signs between them do
 * not matter. Nothing holds a phrase without words.
 */
export function phraseMatcher(phrases: readonly string[]): (text: string) => boolean[] {
  const wanted = phrases.map(foldedWords);
  return (text) => {
    const words = foldedWords(text);
    const places = new Map<string, number[]>();
    words.forEach((word, at) => {
      const known = places.get(word);
      if (known) known.push(at);
      else places.set(word, [at]);
    });
    return wanted.map((phrase) => {
      const [first] = phrase;
      if (first === undefined) return false;
      return (places.get(first) ?? []).some((at) => phrase.every((word, offset) => words[at + offset] === word));
    });
  };
}
