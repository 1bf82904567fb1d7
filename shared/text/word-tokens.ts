import type { ModelToken } from '#shared/ports/raw-model.ts';

// Scripts written without spaces between words: every character is a token of its own.
const UNSPACED = String.raw`[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]`;
const WORD_CHARACTER = String.raw`[[\p{L}\p{N}\p{M}_]--${UNSPACED}]`;

// WordPiece splits English words into 1.3 pieces on average, and long ones into several.
const PIECE_LENGTH = 8;

export interface TextWord {
  text: string;
  /** Offset in UTF-16 units. */
  start: number;
  /** One character of a script without spaces. */
  unspaced: boolean;
}

/** The words of a text: runs of letters, digits, marks and `_`, or single characters of scripts without spaces. */
export function* wordsOf(text: string): Generator<TextWord> {
  const pattern = new RegExp(`(${UNSPACED})|${WORD_CHARACTER}+`, 'gv');
  for (const match of text.matchAll(pattern)) {
    yield { text: match[0], start: match.index, unspaced: match[1] !== undefined };
  }
}

const tokenPattern = (): RegExp => new RegExp(`${UNSPACED}|${WORD_CHARACTER}{1,${PIECE_LENGTH}}|\\S`, 'gv');

/**
 * A stand-in for a tokenizer where there is no vocabulary: a word is one token for every 8 characters begun, a
 * character of a script without spaces is one, any other visible character (punctuation, signs) is one.
 */
export function tokensOf(text: string): ModelToken[] {
  const tokens: ModelToken[] = [];
  for (const match of text.matchAll(tokenPattern())) {
    tokens.push({ id: 0, text: match[0], special: false, start: match.index, stop: match.index + match[0].length });
  }
  return tokens;
}

/** How many {@link tokensOf} there are, without making them. */
export function countTokensOf(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(tokenPattern())) count += 1;
  return count;
}
