import type { Token } from './token.ts';

/** Fewer digits alone are a number like any other, which says nothing by being a code's. */
const FEWEST_DIGITS = 7;
/** No code that people write is longer; a table's row of numbers is. */
export const LONGEST_CODE = 40;
const MOST_PIECES = 10;
const SIGNS = /[^\p{L}\p{N}\p{M}]+/gu;
const NO_CODE = /[@?=#%~&]|:\/|::/;
const DIGITS = /^\p{N}+$/u;
/** `e-mail`. Where the first word is longer (`on-line`), passages that have it as one are not better ones. */
const HYPHENATED = /^\p{L}[-\u2010\u2011\uff0d]\p{L}{3,}$/u;
/** `snake_case`, `node.js`. */
const NAME = /^(?:\p{L}+(?:_+\p{L}+)+|\p{L}{2,}\.\p{L}{2,})$/u;
const VERSION = /^[vV]?(\p{N}+(?:\.\p{N}+)+)(?=$|[-+])/u;
/** Digits in groups of three, and what follows the decimal sign. */
const GROUPED = /^(\p{N}{1,3}(?:([.,])\p{N}{3})(?:\2\p{N}{3})*)(?:(?!\2)[.,](\p{N}+))?$/u;

/**
 * What something written with signs is without them: `INV2024001` for `INV-2024-001`, `email` for `e-mail`, `1234.56` for
 * `1,234.56`, the number of a version without its letter. A code as it is read aloud or typed, beside the code as written.
 */
export function* unsigned({ text, start, end }: Omit<Token, 'kind'>): Generator<Token> {
  const number = GROUPED.exec(text);
  if (number) {
    const [, whole = '', , decimals] = number;
    const digits = whole.replace(SIGNS, '');
    yield { text: decimals === undefined ? digits : `${digits}.${decimals}`, start, end, kind: 'whole' };
    return;
  }
  if (text.length > LONGEST_CODE || NO_CODE.test(text)) return;
  const version = VERSION.exec(text)?.[1];
  if (version !== undefined && version !== text) yield { text: version, start, end, kind: 'whole' };
  const joined = text.replace(SIGNS, '').replaceAll('_', '');
  if (HYPHENATED.test(text)) yield { text: joined, start, end, kind: 'joined' };
  else if (isTelling(joined) || NAME.test(text)) yield { text: withoutTrunk(joined), start, end, kind: 'whole' };
}

/** Whether what was written apart says something in one piece. */
export function isTelling(joined: string): boolean {
  return DIGITS.test(joined) ? joined.length >= FEWEST_DIGITS : /\p{N}/u.test(joined);
}

/** `0047…` is `+47…` to a telephone. */
export function withoutTrunk(joined: string): string {
  return /^00\p{N}{8}/u.test(joined) ? joined.slice(2) : joined;
}

/** Between the groups of one code: a space, or what stands around an area code. */
const GAP = /^(?:\)?[ \u00a0\u2009\u202f]\(?|\))$/;
const PIECE = /^[\p{Lu}\p{N}]{1,12}$/u;
const LETTERS = /^\p{Lu}{2,5}$/u;

/**
 * Finds codes that are written in groups, such as account and telephone numbers: `DE89 3704 0044`, `+47 55 12 34 56`,
 * `FY 2018`. Takes the pieces of a text between spaces in their order, and gives each code without its spaces once it has
 * ended.
 */
export class SpacedCodes {
  readonly #text: string;
  #letters: Omit<Token, 'kind'> | undefined;
  #pieces: Omit<Token, 'kind'>[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  *take(piece: Omit<Token, 'kind'>): Generator<Token> {
    const joined = piece.text.replace(SIGNS, '');
    const before = this.#pieces.at(-1) ?? this.#letters;
    const follows = before !== undefined && GAP.test(this.#text.slice(before.end, piece.start));
    if (!follows) yield* this.end();
    if (!PIECE.test(joined)) {
      yield* this.end();
      return;
    }
    if (/\p{N}/u.test(joined)) this.#pieces.push({ ...piece, text: joined });
    else if (this.#pieces.length > 0 && joined.length <= 4) this.#pieces.push({ ...piece, text: joined });
    else {
      yield* this.end();
      if (LETTERS.test(joined)) this.#letters = { ...piece, text: joined };
    }
  }

  /** Whether a piece may go on with what was taken. */
  get isOpen(): boolean {
    return this.#letters !== undefined || this.#pieces.length > 0;
  }

  *end(): Generator<Token> {
    const [letters, pieces] = [this.#letters, this.#pieces];
    this.#letters = undefined;
    this.#pieces = [];
    // What follows the last number is a word.
    while (pieces.length > 0 && !/\p{N}/u.test(pieces.at(-1)?.text ?? '')) pieces.pop();
    const [first, second] = pieces;
    const last = pieces.at(-1);
    if (!first || !last || pieces.length > MOST_PIECES) return;
    const make = function* (from: Omit<Token, 'kind'>, joined: string): Generator<Token> {
      if (joined.length > LONGEST_CODE || !isTelling(joined)) return;
      yield { text: withoutTrunk(joined), start: from.start, end: last.end, kind: 'whole' };
    };
    const joined = pieces.map(({ text }) => text).join('');
    if (letters && DIGITS.test(first.text)) yield* make(letters, letters.text + joined);
    if (!second) return;
    yield* make(first, joined);
    // Without the country's code.
    if (this.#text[first.start - 1] === '+') yield* make(second, joined.slice(first.text.length));
  }
}
