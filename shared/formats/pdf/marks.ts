import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import type { Heading } from '../format.ts';

/** Code points that are no characters, for programs to use among themselves: no document shows them. */
const BEGIN = 0xfd_e0;
const DIGITS = 0xfd_d0;
const BASE = 16;
const MARK = /\uFDE0[\uFDD0-\uFDDF]*/g;
const BEFORE_MARK = /^\s*\S?(?:\uFDE0[\uFDD0-\uFDDF]*)*/u;
const NONCHARACTERS = /[\uFDD0-\uFDEF]/gu;

/** A text whose marks are resolved, and what was put at them. */
export interface Unmarked {
  text: string;
  headings: Heading[];
  /** Where the texts came to stand, by their numbers. */
  offsets: Map<number, number>;
}

/** A mark that lets itself be found again once a page is laid out, to put something below the paragraph it stands in. */
export function markOf(number: number): string {
  const digits = number.toString(BASE).split('');
  return String.fromCharCode(BEGIN, ...digits.map((digit) => DIGITS + Number.parseInt(digit, BASE)));
}

/** The run with a mark in it, behind those it has. Not at its ends, which tell where a word is hyphenated. */
export function withMark(item: TextItem, number: number): TextItem {
  const [start = ''] = BEFORE_MARK.exec(item.str) ?? [];
  return { ...item, str: start + markOf(number) + item.str.slice(start.length) };
}

/** Takes out what would be taken for marks. */
export function withoutMarks(item: TextItem): TextItem {
  const str = item.str.replaceAll(NONCHARACTERS, '');
  return str === item.str ? item : { ...item, str };
}

/**
 * Takes the marks out of a page's text and puts the texts of their numbers in, each as a paragraph below the one in which
 * its mark stands, in tables below the row. Texts whose marks were lost stand at the end.
 */
export function resolveMarks(
  page: { text: string; headings: readonly Heading[] },
  texts: ReadonlyMap<number, string>,
): Unmarked {
  const waiting = new Map([...texts].filter(([, text]) => text !== ''));
  const offsets = new Map<number, number>();
  const headings: Heading[] = [];
  let text = '';
  const add = (part: string, separator: string): number => {
    if (part !== '' && text !== '') text += separator;
    const start = text.length;
    text += part;
    return start;
  };
  const addTextsOf = (marked: string, separator: string): void => {
    for (const number of numbersIn(marked)) {
      const waited = waiting.get(number);
      if (waited === undefined) continue;
      waiting.delete(number);
      offsets.set(number, add(waited, separator));
    }
  };
  let from = 0;
  for (const block of page.text.split('\n\n')) {
    const rows = block.includes(' | ') ? block.split('\n') : [block];
    const end = from + block.length;
    const inside = page.headings.filter(({ offset }) => offset >= from && offset <= end);
    for (const [number, row] of rows.entries()) {
      const start = add(unmarked(row), number === 0 ? '\n\n' : '\n');
      if (number === 0) headings.push(...inside.map((heading) => moved(heading, block, from, start)));
      addTextsOf(row, rows.length === 1 ? '\n\n' : '\n');
    }
    from = end + 2;
  }
  for (const number of waiting.keys()) addTextsOf(markOf(number), '\n\n');
  return { text, headings: headings.filter(({ title }) => title !== ''), offsets };
}

/** Cells that were nothing but marks are none. */
function unmarked(row: string): string {
  const cells = row.split(' | ').map((cell) => ({ marked: cell.search(NONCHARACTERS) !== -1, cell: bare(cell) }));
  return cells
    .filter(({ marked, cell }) => !marked || cell.trim() !== '')
    .map(({ cell }) => cell)
    .join(' | ');
}

function bare(text: string): string {
  return text.replaceAll(NONCHARACTERS, '');
}

function moved(heading: Heading, block: string, from: number, start: number): Heading {
  const before = bare(block.slice(0, heading.offset - from));
  return { ...heading, offset: start + before.length, title: bare(heading.title).trim() };
}

function numbersIn(marked: string): number[] {
  return [...marked.matchAll(MARK)].map(([mark]) => {
    const digits = [...mark.slice(1)].map((digit) => (digit.charCodeAt(0) - DIGITS).toString(BASE));
    return Number.parseInt(digits.join(''), BASE);
  });
}
