/**
 * Begins what long words are found by from their end: the word read backwards. No term of a text can begin so, and no
 * passage is found by it: it only tells which words end in a given one.
 */
const BACKWARDS = '<';

/** Languages that write several words as one. */
const JOINING: ReadonlySet<string> = new Set(['de', 'nl', 'da', 'no', 'nb', 'nn', 'sv', 'fi', 'hu', 'is', 'et']);
/** A part, and what it is joined to. */
const COMPOUND = /^\p{L}{9,60}$/u;

/** Whether a term of a passage may be several words as one. @param language null where nobody could tell */
export function mayBeCompound(term: string, language: string | null): boolean {
  return (language === null || JOINING.has(language)) && COMPOUND.test(term);
}

/** What terms that end so are found by, among the beginnings of {@link endingTerm}s. */
export function endingTerm(ending: string): string {
  return BACKWARDS + [...ending].reverse().join('');
}

/** The word that {@link endingTerm} was made of. */
export function wordOfEnding(term: string): string {
  return [...term.slice(BACKWARDS.length)].reverse().join('');
}
