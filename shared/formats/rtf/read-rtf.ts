import iconv from 'iconv-lite';
import type { Heading } from '../format.ts';
import { createTextBuilder, rowLine } from '../text/text-builder.ts';
import { CHARACTERS, encodingOfCharset } from './charsets.ts';
import { rtfTokens } from './tokens.ts';

/** Groups that hold no text of the document. */
const LEFT_OUT = new Set(
  (
    'colortbl info pict object fldinst themedata colorschememapping datastore latentstyles listtable ' +
    'listoverridetable revtbl rsidtbl generator xmlnstbl datafield bkmkstart bkmkend pgptbl filetbl nonshppict ' +
    'pntext listtext ftnsep ftnsepc aftnsep aftnsepc wgrffmtfilter mmathPr atnid atnauthor atndate atnref atrfstart atrfend'
  ).split(' '),
);
/** Groups with text of their own, which is told after the paragraph, or at the end. */
const NOTES = new Set(['footnote', 'annotation']);
const MARGINS = new Set('header headerl headerr headerf footer footerl footerr footerf'.split(' '));
/** Destinations that may be unknown to a reader, and are read all the same. */
const STARRED_AND_READ = new Set(['annotation', 'shptxt', 'ud', 'shpinst']);

interface Group {
  skip: boolean;
  /** Characters after a `\u` that are for readers without Unicode. */
  fallbackChars: number;
  encoding: string;
  /** What the group collects, when it is not the text around it. */
  target: 'body' | 'fonts' | 'styles' | 'note' | 'margin';
}

/** The text of an RTF document, given as Latin-1 letters. */
export function readRtf(source: string): { text: string; headings: Heading[] } {
  const builder = createTextBuilder();
  const stack: Group[] = [];
  let group: Group = { skip: false, fallbackChars: 1, encoding: 'win1252', target: 'body' };
  let standard = 'win1252';
  const fonts = new Map<number, string>();
  let font = 0;
  const headingStyles = new Map<number, number>();
  let style = 0;
  let level: number | undefined;
  let text = '';
  let bytes: number[] = [];
  let toSkip = 0;
  let starred = false;
  let inTable = false;
  let cells: string[] = [];
  let notes: string[] = [];
  const margins = new Set<string>();

  function flushBytes(): void {
    if (bytes.length === 0) return;
    text += iconv.decode(Buffer.from(bytes), group.encoding);
    bytes = [];
  }
  function write(piece: string): void {
    flushBytes();
    text += piece;
  }
  function endParagraph(): void {
    flushBytes();
    const outline = level ?? headingStyles.get(style);
    if (inTable) {
      // A paragraph inside a cell.
      text += ' ';
      return;
    }
    if (outline !== undefined && text.length <= 300) builder.heading(outline + 1, text);
    else builder.paragraph(text);
    text = '';
    for (const note of notes) builder.paragraph(note);
    notes = [];
  }
  function endRow(): void {
    builder.line(rowLine(cells));
    cells = [];
    inTable = false;
  }

  /** Texts outside the body are collected apart; what was being written goes on after them. */
  const outer: string[] = [];
  function enter(target: Group['target']): void {
    flushBytes();
    group.target = target;
    outer.push(text);
    text = '';
  }
  function leave(): void {
    flushBytes();
    const own = text.replace(/\s+/g, ' ').trim();
    text = outer.pop() ?? '';
    if (group.target === 'note' && own !== '') notes.push(own);
    else if (group.target === 'margin' && /\p{L}{2}/u.test(own)) margins.add(own);
    else if (group.target === 'styles') {
      const heading = /^heading (\d)/i.exec(own)?.[1];
      if (heading !== undefined) headingStyles.set(style, Number(heading) - 1);
    }
  }

  function control(word: string, value: number | undefined): void {
    if (starred) {
      starred = false;
      if (!STARRED_AND_READ.has(word)) group.skip = true;
    }
    if (LEFT_OUT.has(word)) group.skip = true;
    if (group.skip) return;
    const character = CHARACTERS[word];
    if (character !== undefined) write(character);
    else if (NOTES.has(word)) enter('note');
    else if (MARGINS.has(word)) enter('margin');
    else {
      switch (word) {
        case 'fonttbl':
          group.target = 'fonts';
          break;
        case 'stylesheet':
          group.target = 'styles';
          break;
        case 'ansicpg':
          standard = iconv.encodingExists(`cp${value}`) ? `cp${value}` : standard;
          group.encoding = standard;
          break;
        case 'f':
          flushBytes();
          font = value ?? 0;
          if (group.target !== 'fonts') group.encoding = fonts.get(font) ?? standard;
          break;
        case 'fcharset':
          if (group.target === 'fonts') fonts.set(font, encodingOfCharset(value ?? 0) ?? standard);
          break;
        case 'uc':
          group.fallbackChars = Math.min(16, Math.max(0, value ?? 1));
          break;
        case 'u':
          write(String.fromCharCode((value ?? 0) & 0xffff));
          toSkip = group.fallbackChars;
          break;
        case 's':
          style = value ?? 0;
          break;
        case 'outlinelevel':
          level = value !== undefined && value >= 0 && value < 9 ? value : undefined;
          if (group.target === 'styles' && level !== undefined) headingStyles.set(style, level);
          break;
        case 'pard':
          level = undefined;
          style = 0;
          inTable = false;
          break;
        case 'intbl':
          inTable = true;
          break;
        case 'par':
        case 'sect':
        case 'page':
          if (group.target === 'body') endParagraph();
          else write('\n');
          break;
        case 'cell':
        case 'nestcell':
          flushBytes();
          cells.push([text, ...notes].join(' '));
          text = '';
          notes = [];
          break;
        case 'row':
        case 'nestrow':
          endRow();
          break;
      }
    }
  }

  for (const token of rtfTokens(source)) {
    switch (token.kind) {
      case 'open':
        stack.push(group);
        flushBytes();
        group = { ...group };
        // Each style is a group of its own, whose text is the style's name.
        if (group.target === 'styles') {
          style = 0;
          outer.push(text);
          text = '';
        }
        toSkip = 0;
        break;
      case 'close': {
        const before = stack.pop();
        if (before === undefined) break;
        const isStyle = group.target === 'styles' && before.target === 'styles';
        const isApart = group.target !== before.target && (group.target === 'note' || group.target === 'margin');
        if (isStyle || isApart) leave();
        else flushBytes();
        group = before;
        starred = false;
        toSkip = 0;
        break;
      }
      case 'symbol':
        if (token.symbol === '*') starred = true;
        else if (group.skip || group.target === 'fonts') break;
        else if ('\\{}'.includes(token.symbol)) write(token.symbol);
        else if (token.symbol === '~') write(' ');
        else if (token.symbol === '_') write('-');
        else if (token.symbol === '\n' || token.symbol === '\r') control('par', undefined);
        break;
      case 'word':
        control(token.word, token.value);
        break;
      case 'byte':
        if (toSkip > 0) toSkip--;
        else if (!group.skip && group.target !== 'fonts') bytes.push(token.byte);
        break;
      case 'text': {
        const rest = token.text.slice(toSkip);
        toSkip = Math.max(0, toSkip - token.text.length);
        if (!group.skip && group.target !== 'fonts' && rest !== '') write(rest);
        break;
      }
    }
  }
  if (cells.length > 0) endRow();
  inTable = false;
  endParagraph();
  for (const margin of margins) builder.paragraph(margin);
  return builder.build();
}
