import { isTelling, LONGEST_CODE, withoutTrunk } from './codes.ts';
import type { Token } from './token.ts';

/** What stands between the pieces of a code that is typed in several. */
const GAP = /^[ \u00a0()./_-]{1,2}$/;
const PIECE = /^(?:\p{L}{1,5}|[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*)$/u;
const MOST_PIECES = 8;
const HYPHEN = /^[-\u2010\u2011]$/;
const LETTERS = /^\p{L}+$/u;
const LONGEST_WORD = 24;
const SHORTEST_SECOND = 3;

/**
 * Every way in which neighbouring short words and numbers of a query may be one code: nobody can tell where `pay inv 2024
 * 001` has one. Those that are none are in no passage.
 * @param pieces words of the query in order, without function words
 */
export function* joinedCodes(text: string, pieces: readonly Token[]): Generator<Token> {
  for (const [at, first] of pieces.entries()) {
    let { text: joined, end } = first;
    if (!PIECE.test(joined)) continue;
    for (const next of pieces.slice(at + 1, at + MOST_PIECES)) {
      if (!PIECE.test(next.text) || !GAP.test(text.slice(end, next.start))) break;
      joined += next.text;
      end = next.end;
      if (joined.length > LONGEST_CODE) break;
      // A code ends in a digit or in a letter or two.
      const isCode = /\p{N}/u.test(joined) && (/\p{N}/u.test(next.text) || next.text.length <= 2) && isTelling(joined);
      if (isCode) yield { text: withoutTrunk(joined), start: first.start, end, kind: 'whole' };
    }
  }
}

/** Two words of a query that may be one: `on-line`, `e mail`. @param pieces words of the query in order */
export function* joinedWords(text: string, pieces: readonly Token[]): Generator<Token> {
  for (const [at, first] of pieces.entries()) {
    const second = pieces[at + 1];
    if (!second || !LETTERS.test(first.text) || !LETTERS.test(second.text)) continue;
    const between = text.slice(first.end, second.start);
    const isOne = HYPHEN.test(between) || (between === ' ' && first.text.length === 1);
    const joined = first.text + second.text;
    if (isOne && second.text.length >= SHORTEST_SECOND && joined.length <= LONGEST_WORD) {
      yield { text: joined, start: first.start, end: second.end, kind: 'joined' };
    }
  }
}
