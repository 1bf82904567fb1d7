import type { Block, TextBlock } from './block.ts';
import type { ItemCounter } from './count-items.ts';
import type { Styles } from './read-styles.ts';

const MOST_INDENTS = 10;

/** A paragraph while it is read. */
export interface Paragraph {
  text: string;
  style: string | undefined;
  /** Its own, in place of its style's. */
  outline: number | undefined;
  listId: string | undefined;
  listLevel: number | undefined;
  /** Its end is deleted: the next one goes on with it. */
  goesOn: boolean;
  /** What stands in it and is told after it: text boxes, charts, pictures. */
  after: Block[];
  /** Told after it, or after its list or table. */
  notes: string[];
}

export function newParagraph(): Paragraph {
  return {
    text: '',
    style: undefined,
    outline: undefined,
    listId: undefined,
    listLevel: undefined,
    goesOn: false,
    after: [],
    notes: [],
  };
}

/** A finished paragraph: a heading, an item of a list or a plain one. */
export interface FinishedParagraph {
  block: TextBlock;
  /** On one line, for the cell of a table; the number of an item without words, too. */
  inCell: string;
}

export function finishParagraph(paragraph: Paragraph, styles: Styles, counter: ItemCounter): FinishedParagraph {
  const style = styles.get(paragraph.style);
  const text = paragraph.text
    .replace(/ {2,}/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .trim();
  const line = text.replace(/\n+/g, ' ');
  const item = itemOf(paragraph, styles, counter);
  const inCell = item && item.mark !== '' ? `${item.mark} ${line}`.trim() : line;
  const isTitle = style?.name === 'title';
  const level = isTitle ? 1 : headingLevel(paragraph.outline ?? style?.headingLevel);
  const block = ((): TextBlock => {
    if (level !== undefined && line !== '') {
      return { kind: 'heading', level, isTitle, text: item && /[\p{L}\p{N}]/u.test(item.mark) ? inCell : line };
    }
    if (item && item.mark !== '' && text !== '') {
      return { kind: 'item', text: `${'  '.repeat(Math.min(item.level, MOST_INDENTS))}${item.mark} ${text}` };
    }
    return { kind: 'paragraph', text };
  })();
  return { block, inCell };
}

function headingLevel(level: number | undefined): number | undefined {
  return level !== undefined && level >= 1 && level <= 9 ? Math.min(6, level) : undefined;
}

function itemOf(
  paragraph: Paragraph,
  styles: Styles,
  counter: ItemCounter,
): { mark: string; level: number } | undefined {
  const style = styles.get(paragraph.style);
  const listId = paragraph.listId ?? style?.numberingId;
  if (listId === undefined || listId === '0') return undefined;
  // Where the paragraph names its list itself, the level of its style does not hold.
  const level = paragraph.listLevel ?? (paragraph.listId === undefined ? style?.numberingLevel : undefined);
  return counter.next(listId, level, paragraph.style);
}
