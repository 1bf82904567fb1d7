import type { Heading } from '#shared/formats/format.ts';
import { cleanText } from './clean-text.ts';

/** UTF-16 units of one document's text that are kept in memory. */
const MOST_CHARS = 64 * 1024 * 1024;

/** Puts a text together block by block, with its headings, in the way of Markdown. */
export interface TextBuilder {
  /** A paragraph, with a blank line before it; nothing when it is blank. */
  paragraph(text: string): void;
  /** A line right below the one before it: of a list, a table, a poem. */
  line(text: string): void;
  /** @param level 1 is the highest; beyond 6 is 6 */
  heading(level: number, title: string): void;
  build(): { text: string; headings: Heading[] };
}

export function createTextBuilder(): TextBuilder {
  const blocks: string[] = [];
  const headings: Heading[] = [];
  let length = 0;

  function add(separator: string, raw: string): void {
    // Line by line: a pattern for white space at ends of lines takes quadratic time for long runs of it elsewhere.
    const lines = cleanText(raw.toWellFormed())
      .split('\n')
      .map((line) => line.trimEnd());
    while (lines[0] === '') lines.shift();
    const text = lines.join('\n').trimEnd();
    if (text.trim() === '' || length > MOST_CHARS) return;
    const block = (length === 0 ? '' : separator) + text;
    blocks.push(block);
    length += block.length;
  }

  return {
    paragraph: (text) => add('\n\n', text),
    line: (text) => add('\n', text),
    heading(level, rawTitle) {
      const title = cleanText(rawTitle.toWellFormed()).replace(/\s+/g, ' ').trim();
      if (title === '') return;
      const depth = Math.min(6, Math.max(1, level));
      headings.push({ offset: length === 0 ? 0 : length + 2, level: depth, title });
      add('\n\n', `${'#'.repeat(depth)} ${title}`);
    },
    build: () => ({ text: blocks.join(''), headings }),
  };
}

/** A table row as all formats write it: cells on one line, parted by bars; empty ones at the end left out. */
export function rowLine(cells: readonly string[]): string {
  const texts = cells.map((cell) => cell.replace(/\s+/g, ' ').trim());
  while (texts.at(-1) === '') texts.pop();
  return texts.join(' | ');
}
