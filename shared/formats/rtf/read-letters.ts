import { decodeAs, encodingOfCodePage } from '../text/code-pages.ts';
import { CHARACTERS, encodingOfCharset, encodingOfFontName } from './charsets.ts';
import { rtfTokens } from './tokens.ts';

/** What is told of an RTF document once its letters are known. */
export interface RtfEvents {
  open(): void;
  close(): void;
  /** @param starred whether a reader that does not know the word may pass over its group */
  word(word: string, value: number | undefined, starred: boolean): void;
  text(text: string): void;
}

interface Group {
  /** What holds until the group ends. */
  font: number;
  /** Characters after a `\u` that are for readers without Unicode. */
  fallbackChars: number;
  inFonts: boolean;
  /** Whether it offers the same text in two ways, of which the one in Unicode is read. */
  isChoice: boolean;
  /** Whether nothing in it is told. */
  isSilent: boolean;
}

const LATIN = 'win1252';
/** Whose letters are small drawings. */
const SYMBOLS = 'symbols';
/** By the book Windows-1252; programs that know of one code page alone mean that one. */
const ANSI = 'ansi';
/** Longer names of fonts are none. */
const MOST_NAME = 100;
const ONE_BYTE = /^(?:win|cp)125\d$/;
const LATIN_WORD = /[a-z][\x80-\xFF]|[\x80-\xFF][a-z]/i;

/**
 * Reads the letters of an RTF document by the code pages of its fonts, and its `\u`; the rest is for `events`.
 * @param source its bytes as Latin-1 letters
 */
export function readLetters(source: string, events: RtfEvents): void {
  const stack: Group[] = [];
  const fonts = new Map<number, string>();
  let group: Group = { font: 0, fallbackChars: 1, inFonts: false, isChoice: false, isSilent: false };
  let standard = LATIN;
  let defaultFont = 0;
  let bytes = '';
  let toSkip = 0;
  let starred = false;
  let fontName = '';
  // Written by programs that know no code pages: letters stand in the file as they are.
  const isUtf8 = /[\x80-\xFF]/.test(source) && isValidUtf8(source);

  function tell(text: string): void {
    if (group.isSilent || text === '') return;
    if (group.inFonts) fontName += text;
    else events.text(text);
  }
  function flush(): void {
    if (bytes === '') return;
    const raw = bytes;
    bytes = '';
    const ofFont = fonts.get(group.font) ?? standard;
    const isLatin = ofFont === ANSI && ONE_BYTE.test(standard) && LATIN_WORD.test(raw);
    const encoding = isLatin ? LATIN : ofFont === ANSI ? standard : ofFont;
    if (encoding === SYMBOLS) tell(raw.replace(/[^\x20-\x7E]/g, (letter) => (letter === '\xB7' ? '•' : '')));
    else if (/^[\0-\x7F]*$/.test(raw)) tell(raw);
    else tell(decodeLetters(raw, encoding));
  }
  function encodingOf(charset: number): string {
    if (charset === 0) return ANSI;
    return charset === 2 ? SYMBOLS : (encodingOfCharset(charset) ?? standard);
  }
  /** A font is known by its number before, and by its name at the end of its entry. */
  function endFont(): void {
    const byName = encodingOfFontName(fontName.slice(0, MOST_NAME).replace(/;.*$/s, '').trim());
    const now = fonts.get(group.font) ?? standard;
    if (byName !== undefined && (now === standard || now === ANSI)) fonts.set(group.font, byName);
    fontName = '';
  }
  function word(name: string, value: number | undefined): void {
    const isStarred = starred;
    starred = false;
    const character = CHARACTERS[name];
    if (character !== undefined) {
      if (toSkip > 0) toSkip -= 1;
      else {
        flush();
        tell(character);
      }
      return;
    }
    flush();
    switch (name) {
      case 'fonttbl':
        group.inFonts = true;
        return;
      case 'ansicpg':
        standard = encodingOfCodePage(value) ?? standard;
        return;
      case 'mac':
        standard = 'macintosh';
        return;
      case 'pc':
        standard = 'cp437';
        return;
      case 'pca':
        standard = 'cp850';
        return;
      case 'deff':
        defaultFont = value ?? 0;
        group.font = defaultFont;
        return;
      case 'f':
        group.font = value ?? 0;
        return;
      case 'fcharset':
        if (group.inFonts) fonts.set(group.font, encodingOf(value ?? 0));
        return;
      case 'cpg': {
        const encoding = encodingOfCodePage(value);
        if (group.inFonts && encoding !== undefined) fonts.set(group.font, encoding);
        return;
      }
      case 'uc':
        group.fallbackChars = Math.min(16, Math.max(0, value ?? 1));
        return;
      case 'u':
        tell(String.fromCharCode((value ?? 0) & 0xffff));
        toSkip = group.fallbackChars;
        return;
      case 'upr':
        group.isChoice = true;
        return;
      case 'ud':
        group.isSilent = stack.at(-1)?.isSilent === true && stack.at(-1)?.isChoice === false;
        return;
      case 'plain':
        group.font = defaultFont;
        break;
    }
    if (!group.inFonts && !group.isSilent) events.word(name, value, isStarred);
    else if (isStarred) group.isSilent = true;
  }

  for (const token of rtfTokens(source)) {
    switch (token.kind) {
      case 'open': {
        flush();
        stack.push(group);
        group = { ...group, isChoice: false, isSilent: group.isSilent || group.isChoice };
        toSkip = 0;
        starred = false;
        events.open();
        break;
      }
      case 'close': {
        flush();
        const before = stack.pop();
        if (before === undefined) break;
        if (group.inFonts) endFont();
        group = before;
        toSkip = 0;
        starred = false;
        events.close();
        break;
      }
      case 'symbol':
        if (token.symbol === '*') starred = true;
        else if (toSkip > 0) toSkip -= 1;
        else if ('\\{}'.includes(token.symbol)) bytes += token.symbol;
        else if (token.symbol === '~') bytes += ' ';
        else if (token.symbol === '_') bytes += '-';
        else if (token.symbol === '\n' || token.symbol === '\r') word('par', undefined);
        break;
      case 'word':
        word(token.word, token.value);
        break;
      case 'byte':
        if (toSkip > 0) toSkip -= 1;
        else bytes += String.fromCharCode(token.byte);
        break;
      case 'text': {
        const rest = token.text.slice(toSkip);
        toSkip = Math.max(0, toSkip - token.text.length);
        if (isUtf8 && /[\x80-\xFF]/.test(rest)) {
          flush();
          tell(Buffer.from(rest, 'latin1').toString());
        } else bytes += rest;
        // Each entry of the table of fonts ends in a semicolon, in a group of its own or not.
        if (group.inFonts && rest.includes(';')) {
          flush();
          endFont();
        }
        break;
      }
    }
  }
  flush();
}

/** Programs write a space that does not break as Latin has it, in any encoding. */
function decodeLetters(raw: string, encoding: string): string {
  const text = decodeAs(Buffer.from(raw, 'latin1'), encoding) ?? raw;
  if (!text.includes('\uFFFD') || !raw.includes('\xA0')) return text;
  return decodeAs(Buffer.from(raw.replaceAll('\xA0', ' '), 'latin1'), encoding) ?? text;
}

function isValidUtf8(source: string): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(source, 'latin1'));
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}
