import type { Heading } from '../format.ts';
import { createTextBuilder, rowLine } from '../text/text-builder.ts';
import { readLetters } from './read-letters.ts';

/** Groups that hold no text of the document. */
const LEFT_OUT = new Set(
  (
    'colortbl info pict objclass objname objdata fldinst themedata colorschememapping datastore latentstyles listtable ' +
    'listoverridetable revtbl rsidtbl generator xmlnstbl datafield bkmkstart bkmkend pgptbl filetbl nonshppict sp sn sv ' +
    'shprslt nonesttables ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn wgrffmtfilter mmathPr mmathPict atnid atnauthor ' +
    'atndate atnref atrfstart atrfend fontemb xe tc tcn rxe txe template private keycode'
  ).split(' '),
);
/** Groups with text of their own, which is told after the paragraph, or at the end. */
const NOTES = new Set(['footnote', 'annotation', 'shptxt', 'dptxbxtext']);
const MARGINS = new Set('header headerl headerr headerf footer footerl footerr footerf'.split(' '));
/** Destinations that may be unknown to a reader, and are read all the same. */
const STARRED_AND_READ = new Set(['annotation', 'shptxt', 'shpinst', 'do', 'nesttableprops', 'moMath', 'moMathPara']);
/** How parts of a formula are drawn. */
const FORMULA_PROPERTIES = /^m[a-zA-Z]+Pr$/;

interface Group {
  skip: boolean;
  /** Struck out by somebody who tracked changes, or not shown. */
  deleted: boolean;
  hidden: boolean;
  /** What the group collects, when it is not the text around it. */
  target: 'body' | 'styles' | 'note' | 'margin';
}

export interface RtfText {
  text: string;
  headings: Heading[];
  /** Pictures, whose words are not read. */
  pictures: number;
}

/** The text of an RTF document, given as Latin-1 letters. */
export function readRtf(source: string): RtfText {
  const builder = createTextBuilder();
  const stack: Group[] = [];
  let group: Group = { skip: false, deleted: false, hidden: false, target: 'body' };
  const headingStyles = new Map<number, number>();
  let style = 0;
  let level: number | undefined;
  let text = '';
  let inTable = false;
  let cells: string[] = [];
  let innerCells: string[] = [];
  let notes: string[] = [];
  let pictures = 0;
  const margins = new Set<string>();

  function endParagraph(): void {
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
  function endCell(row: string[]): void {
    row.push([text, ...notes].join(' '));
    text = '';
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
    group.target = target;
    outer.push(text);
    text = '';
  }
  function leave(): void {
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
    switch (word) {
      case 'stylesheet':
        group.target = 'styles';
        break;
      case 'deleted':
        group.deleted = value !== 0;
        break;
      case 'v':
        group.hidden = value !== 0;
        break;
      case 'plain':
        group.deleted = false;
        group.hidden = false;
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
      case 'column':
        // The end of a paragraph can be deleted like a letter: the next one goes on.
        if (group.deleted || group.hidden) break;
        if (group.target === 'body') endParagraph();
        else text += '\n';
        break;
      case 'cell':
        endCell(cells);
        break;
      case 'nestcell':
        endCell(innerCells);
        break;
      case 'row':
        endRow();
        break;
      case 'nestrow':
        // A table in a cell is told row by row, inside the row around it.
        text = `${rowLine(innerCells)} `;
        innerCells = [];
        break;
    }
  }

  readLetters(source, {
    open() {
      stack.push(group);
      group = { ...group };
      // Each style is a group of its own, whose text is the style's name.
      if (group.target === 'styles') {
        style = 0;
        outer.push(text);
        text = '';
      }
    },
    close() {
      const before = stack.pop();
      if (before === undefined) return;
      const isStyle = group.target === 'styles' && before.target === 'styles';
      const isApart = group.target !== before.target && (group.target === 'note' || group.target === 'margin');
      if (isStyle || isApart) leave();
      group = before;
    },
    word(word, value, starred) {
      if (group.skip) return;
      if (word === 'pict') pictures += 1;
      if ((starred && !STARRED_AND_READ.has(word)) || LEFT_OUT.has(word) || FORMULA_PROPERTIES.test(word)) {
        group.skip = true;
      } else if (NOTES.has(word)) enter('note');
      else if (MARGINS.has(word)) enter('margin');
      else control(word, value);
    },
    text(piece) {
      if (!group.skip && !group.deleted && !group.hidden) text += piece;
    },
  });
  if (innerCells.length > 0) control('nestrow', undefined);
  if (cells.length > 0) endRow();
  inTable = false;
  endParagraph();
  for (const margin of margins) builder.paragraph(margin);
  return { ...builder.build(), pictures };
}
