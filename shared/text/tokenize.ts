/** A piece of a text that can be searched for. Offsets are UTF-16 units. */
export interface Token {
  text: string;
  start: number;
  end: number;
  /**
   * `word`: what a person would count as one. `code`: written like an identifier (digits, `_`, inner capitals), never
   * stemmed. `whole`: several words held together by signs, such as an address or a part number; its words come as well.
   * `part`: of an identifier or of a long Chinese word, beside it. Only `word` and `code` add to a text's length.
   */
  kind: 'word' | 'code' | 'whole' | 'part';
}

// Scripts written without spaces between words; the prolonged sound mark belongs to two of them.
const UNSPACED = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]&&[\p{L}\p{M}]]`;
const LETTER = String.raw`[[\p{L}\p{N}\p{M}_]--${UNSPACED}]`;
// What holds words together in addresses, paths, versions, dates and part numbers; a comma only between groups of digits.
const JOINER = String.raw`(?::\/\/|::|\/\?|[.@\/:\-+#&%=~?]|(?<=\p{N}),(?=\p{N}{3}(?!\p{N})))`;
const PATTERN = new RegExp(`(${UNSPACED}+)|${LETTER}+(?:${JOINER}${LETTER}+)*(\\+\\+|#)?`, 'gv');
const WORD = new RegExp(`${LETTER}+`, 'gv');

// Joined words are one thing when they hold a digit or one of these; `well-known` and `and/or` are two words each.
const HOLDS_TOGETHER = /[\p{N}_.@#%=~]|:\/|::/u;
/** Most words: a letter and small ones, with nothing in it to look for. */
const PLAIN = /^\p{L}[\p{Ll}\p{M}]*$/u;
const CODE = /[\p{N}_]|\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}{2}/u;
const INNER_BORDER = /_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/gu;

// Words of three letters and more; those of two have no parts that are words.
const HAN = /^\p{sc=Han}{3,}$/u;

// Splits by dictionaries that come with Node; it holds no state.
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/** Words, identifiers and their parts, in order; a `whole` and its words overlap. */
export function* tokenize(text: string): Generator<Token> {
  for (const match of text.matchAll(PATTERN)) {
    const [run, unspaced, sign] = match;
    if (unspaced !== undefined) yield* segments(run, match.index);
    else yield* runTokens(run, match.index, sign !== undefined);
  }
}

function* segments(run: string, offset: number): Generator<Token> {
  for (const { segment, index } of SEGMENTER.segment(run)) {
    const start = offset + index;
    yield { text: segment, start, end: start + segment.length, kind: 'word' };
    if (HAN.test(segment)) yield* pairs(segment, start);
  }
}

/** Where one word ends is a matter of taste in Chinese: what somebody looks for may be a part of a longer word. */
function* pairs(word: string, offset: number): Generator<Token> {
  let start = offset;
  const letters = [...word];
  for (const [at, letter] of letters.entries()) {
    const next = letters[at + 1];
    if (next !== undefined) {
      const text = letter + next;
      yield { text, start, end: start + text.length, kind: 'part' };
    }
    start += letter.length;
  }
}

function* runTokens(run: string, offset: number, hasSign: boolean): Generator<Token> {
  if (PLAIN.test(run)) {
    yield { text: run, start: offset, end: offset + run.length, kind: 'word' };
    return;
  }
  const words = [...run.matchAll(WORD)];
  if (hasSign || (words.length > 1 && HOLDS_TOGETHER.test(run))) {
    yield { text: run, start: offset, end: offset + run.length, kind: 'whole' };
  }
  for (const { 0: word, index } of words) {
    const start = offset + index;
    const isCode = CODE.test(word);
    yield { text: word, start, end: start + word.length, kind: isCode ? 'code' : 'word' };
    if (isCode) yield* innerParts(word, start);
  }
}

/** `userName`, `user_name` and `XMLParser` are found by each of their words. */
function* innerParts(word: string, offset: number): Generator<Token> {
  let start = 0;
  const part = (end: number): Token => ({
    text: word.slice(start, end),
    start: offset + start,
    end: offset + end,
    kind: 'part',
  });
  for (const { 0: border, index } of word.matchAll(INNER_BORDER)) {
    if (index > start) yield part(index);
    start = index + border.length;
  }
  if (start > 0 && start < word.length) yield part(word.length);
}
