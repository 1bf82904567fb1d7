import { SpacedCodes, unsigned } from './codes.ts';
import { type VisibleText, withoutInvisible } from './invisible.ts';
import type { Token } from './token.ts';

// Scripts written without spaces between words; the prolonged sound mark belongs to two of them.
const UNSPACED = String.raw`[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]&&[\p{L}\p{M}]]`;
const LETTER = String.raw`[[\p{L}\p{N}\p{M}_]--${UNSPACED}]`;
// What holds words together in addresses, paths, versions, dates and part numbers; a comma only between groups of digits,
// or before the decimals of a number whose groups a full stop parts.
const JOINER = String.raw`(?::\/\/|::|\/\?|[.@\/:\-+#&%=~?\u2010\u2011\uff0d]|(?<=\p{N}),(?=\p{N}{3}(?!\p{N}))|(?<=\.\p{N}{3}),(?=\p{N}{1,2}(?![\p{N},])))`;
// Pictures are words; the signs below the first of them are bullets and trade marks.
const PICTURE = String.raw`[\p{Extended_Pictographic}&&[\u{2600}-\u{1ffff}]]`;
const EMOJI = String.raw`(?:${PICTURE}[\ufe0f\p{EMod}]*(?:\u200d[\p{Extended_Pictographic}][\ufe0f\p{EMod}]*)*|\p{RI}{2})`;
const PATTERN = new RegExp(`(${UNSPACED}+)|${LETTER}+(?:${JOINER}${LETTER}+)*(\\+\\+|#)?|(${EMOJI})`, 'gv');
const WORD = new RegExp(`${LETTER}+`, 'gv');

// Joined words are one thing when they hold a digit or one of these; `well-known` and `and/or` are two words each.
const HOLDS_TOGETHER = /[\p{N}_.@#%=~]|:\/|::/u;
/** Most words: a letter and small ones, with nothing in it to look for. */
const PLAIN = /^\p{L}[\p{Ll}\p{M}]*$/u;
const CODE = /[\p{N}_]|\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}{2}/u;
const INNER_BORDER = /_+|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}{2})/gu;

// Words of three letters and more; those of two have no parts that are words.
const HAN = /^\p{sc=Han}{3,}$/u;
/** What a picture is drawn with, and what makes one of several. */
const DRAWN = /[\u200d\ufe0f\p{EMod}]+/u;

const APOSTROPHE = 0x27;
const CURLED = 0x2019;

// Splits by dictionaries that come with Node; it holds no state.
const SEGMENTER = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Words, identifiers and their parts, about in order; a `whole` and its words overlap. What nobody sees in a text, such as
 * soft hyphens, is not there.
 */
export function* tokenize(text: string): Generator<Token> {
  const visible = withoutInvisible(text);
  if (!visible) yield* tokensOf(text);
  else for (const token of tokensOf(visible.text)) yield* placed(token, text, visible);
}

function* placed(token: Token, text: string, { startOf, endOf }: VisibleText): Generator<Token> {
  const [start, end] = [startOf(token.start), endOf(token.end)];
  yield { ...token, start, end };
  // In Persian it stands where others write a space, or nothing.
  if (token.kind !== 'word' || !text.slice(start, end).includes('\u200c')) return;
  for (const { 0: part, index } of text.slice(start, end).matchAll(/\p{sc=Arab}{2,}/gu)) {
    yield { text: part, start: start + index, end: start + index + part.length, kind: 'part' };
  }
}

function* tokensOf(text: string): Generator<Token> {
  const codes = new SpacedCodes(text);
  for (const match of text.matchAll(PATTERN)) {
    const { index } = match;
    const [run, unspaced, sign, emoji] = match;
    if (unspaced === undefined && emoji === undefined && PLAIN.test(run)) {
      if (codes.isOpen) yield* codes.end();
      yield { text: run, start: index, end: index + run.length, kind: 'word' };
      yield* behindApostrophe(text, run, index);
      continue;
    }
    if (unspaced !== undefined) yield* segments(run, index);
    else if (emoji !== undefined) yield* pictures(run, index);
    else {
      yield* runTokens(run, index, sign !== undefined);
      yield* codes.take({ text: run, start: index, end: index + run.length });
    }
  }
  yield* codes.end();
}

/** `O'Brien` and `l'Étoile` are written as one word, too. */
function* behindApostrophe(text: string, word: string, start: number): Generator<Token> {
  const sign = text.charCodeAt(start - 1);
  if ((sign !== APOSTROPHE && sign !== CURLED) || !/^\p{Lu}\p{Ll}/u.test(word)) return;
  const [letter] = /(?<![\p{L}\p{N}])\p{L}$/u.exec(text.slice(Math.max(0, start - 3), start - 1)) ?? [];
  if (letter === undefined) return;
  yield { text: letter + word, start: start - 1 - letter.length, end: start + word.length, kind: 'joined' };
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

/** A picture is the same in every colour; one that is made of several is found by each. */
function* pictures(run: string, start: number): Generator<Token> {
  const end = start + run.length;
  const pieces = run.split(DRAWN).filter((piece) => piece !== '');
  yield { text: pieces.join('\u200d'), start, end, kind: 'word' };
  if (pieces.length < 2) return;
  for (const text of new Set(pieces)) yield { text, start, end, kind: 'part' };
}

function* runTokens(run: string, offset: number, hasSign: boolean): Generator<Token> {
  const words = [...run.matchAll(WORD)];
  const whole = { text: run, start: offset, end: offset + run.length };
  if (hasSign || (words.length > 1 && HOLDS_TOGETHER.test(run))) yield { ...whole, kind: 'whole' };
  if (words.length > 1 || run.includes('_')) yield* unsigned(whole);
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
