import type { Heading } from '../format.ts';
import { createTextBuilder, rowLine, type TextBuilder } from '../text/text-builder.ts';
import type { Attributes, XmlEvents } from '../xml/read-xml.ts';
import { createListCounter } from './count-list.ts';
import { createListStyles, type ListStyles } from './list-styles.ts';
import type { OdfObjects } from './read-objects.ts';

/** What is in a document and yet not part of its text: deleted passages, generated or hidden things. */
const LEFT_OUT = [
  'tracked-changes',
  'sequence-decls',
  'forms',
  'scripts',
  'script',
  'ruby-text',
  'page-number',
  'page-count',
];
/** Who wrote a comment, and when. */
const ABOUT_A_COMMENT = ['creator', 'creator-initials', 'date', 'date-string'];
/** Spaces that one element may stand for. */
const MOST_SPACES = 100;
const MOST_INDENTS = 10;

/** What a text shows that stands in other parts of its file. */
export interface OdfParts {
  objects?: OdfObjects;
  /** What the file's styles say of lists; the text can say more. */
  lists?: ListStyles;
  /** @param cm2 how large it is shown, where the file says it */
  onPicture?(reference: string, cm2: number | undefined): void;
}

export interface OdfText {
  events: XmlEvents;
  /** Whether no paragraph, list or table is open: the text can be parted here. */
  isBetweenBlocks(): boolean;
  /** The text since the last call, or since the beginning. */
  take(): { text: string; headings: Heading[] };
}

/**
 * Collects the text of an OpenDocument text or slide: headings, paragraphs, lists, table rows; footnotes, endnotes and
 * comments below the paragraph that refers to them.
 */
export function createOdfText({ objects, onPicture, lists = createListStyles() }: OdfParts = {}): OdfText {
  let builder: TextBuilder = createTextBuilder();
  // Notes stand inside paragraphs, tables inside tables' cells: the outer one waits.
  let open: { text: string; notes: string[] }[] = [];
  let notes: { mark: string; lines: string[] }[] = [];
  let rows: string[][][] = [];
  const levels: (number | undefined)[] = [];
  let skipping = 0;
  let inMark = false;
  let listDepth = 0;
  const counter = createListCounter(lists);
  // What stands before the next paragraph of a list.
  let itemMark = '';
  let hasObject = false;
  let shownCm2: number | undefined;

  const write = (text: string): void => {
    const paragraph = open.at(-1);
    if (paragraph) paragraph.text += text;
  };

  function endParagraph(level: number | undefined): void {
    const done = open.pop();
    if (!done) return;
    const note = notes.at(-1);
    const cell = rows.at(-1)?.at(-1);
    const text = done.text.trim();
    if (note) note.lines.push(text);
    else if (cell) cell[cell.length - 1] = `${cell.at(-1) ?? ''} ${text}`;
    else if (level !== undefined) builder.heading(level, text);
    else if (listDepth > 0 && text !== '') {
      builder.line(
        `${'  '.repeat(Math.min(MOST_INDENTS, listDepth - 1))}${itemMark === '' ? '  ' : `${itemMark} `}${text}`,
      );
      itemMark = '';
    } else builder.paragraph(done.text);
    if (cell) cell[cell.length - 1] += done.notes.map((one) => ` ${one}`).join('');
    else for (const one of done.notes) builder.paragraph(one);
  }

  function beginHeading(attributes: Attributes): void {
    const number = counter.heading(Number(attributes['text:outline-level'] ?? 1) || 1, attributes);
    if (number !== '') write(`${number} `);
  }

  /** A formula stands in its line, a chart below its paragraph. */
  function show(lines: readonly string[]): void {
    const paragraph = open.at(-1);
    if (!paragraph) builder.paragraph(lines.join('\n'));
    else if (lines.length === 1) write(lines[0] ?? '');
    else if (lines.length > 1) paragraph.notes.push(lines.join('\n'));
  }

  function endNote(): void {
    const note = notes.pop();
    const text = note ? note.lines.filter((line) => line !== '').join('\n') : '';
    if (!note || text === '') return;
    const mark = note.mark === '' ? '' : `[${note.mark}]`;
    write(mark);
    const whole = `${mark} ${text}`.trim();
    const paragraph = open.at(-1);
    if (paragraph) paragraph.notes.push(whole);
    else builder.paragraph(whole);
  }

  const events: XmlEvents = {
    open(name, attributes) {
      if (skipping > 0 || LEFT_OUT.includes(name) || (notes.length > 0 && ABOUT_A_COMMENT.includes(name))) {
        skipping++;
        return;
      }
      lists.events.open?.(name, attributes);
      switch (name) {
        case 'p':
        case 'h':
          open.push({ text: '', notes: [] });
          levels.push(name === 'h' ? Number(attributes['text:outline-level'] ?? 1) || 1 : undefined);
          if (name === 'h') beginHeading(attributes);
          break;
        case 's':
          write(' '.repeat(Math.min(MOST_SPACES, Number(attributes['text:c'] ?? 1) || 1)));
          break;
        case 'tab':
          write('\t');
          break;
        case 'line-break':
          write('\n');
          break;
        case 'note':
          notes.push({ mark: '', lines: [] });
          break;
        case 'annotation':
          notes.push({ mark: 'Comment', lines: [] });
          break;
        case 'note-citation':
          inMark = true;
          break;
        case 'frame':
          shownCm2 = areaOf(attributes['svg:width'], attributes['svg:height']);
          break;
        case 'object':
          show(objects?.get(attributes['xlink:href'] ?? '') ?? []);
          hasObject = true;
          break;
        case 'image':
          // An object has a picture of itself.
          if (!hasObject) onPicture?.(attributes['xlink:href'] ?? '', shownCm2);
          break;
        case 'list':
          listDepth++;
          counter.open(attributes);
          break;
        case 'list-item':
          itemMark = counter.item(attributes);
          break;
        case 'table':
          rows.push([]);
          break;
        case 'table-row':
          rows.at(-1)?.push([]);
          break;
        case 'table-cell':
        case 'covered-table-cell':
          rows.at(-1)?.at(-1)?.push('');
          break;
      }
    },
    text(piece) {
      if (skipping > 0) return;
      const note = notes.at(-1);
      if (inMark && note) note.mark += piece;
      // Line breaks in the file are layout of the file.
      else write(piece.replace(/\s+/g, ' '));
    },
    close(name) {
      if (skipping > 0) {
        skipping--;
        return;
      }
      lists.events.close?.(name);
      switch (name) {
        case 'p':
        case 'h':
          endParagraph(levels.pop());
          break;
        case 'note':
        case 'annotation':
          endNote();
          break;
        case 'note-citation':
          inMark = false;
          break;
        case 'frame':
          hasObject = false;
          break;
        case 'list':
          listDepth--;
          counter.close();
          break;
        case 'table':
          endTable(rows.pop() ?? []);
          break;
      }
    },
  };
  function endTable(table: readonly string[][]): void {
    const lines = table.map(rowLine).filter((line) => line !== '');
    const outer = rows.at(-1)?.at(-1);
    if (outer) outer[outer.length - 1] += ` ${lines.join(' ')}`;
    else builder.paragraph(lines.join('\n'));
  }

  return {
    events,
    isBetweenBlocks: () => open.length === 0 && rows.length === 0 && notes.length === 0 && listDepth === 0,
    take() {
      const built = builder.build();
      builder = createTextBuilder();
      open = [];
      notes = [];
      rows = [];
      listDepth = 0;
      return built;
    },
  };
}

const CM_PER_UNIT: Readonly<Record<string, number>> = { cm: 1, mm: 0.1, in: 2.54, pt: 2.54 / 72 };

/** Of lengths such as `17.2cm`. */
function areaOf(...sides: (string | undefined)[]): number | undefined {
  const lengths = sides.map((side = '') => {
    const [, value, unit = ''] = /^([\d.]+)([a-z]+)$/.exec(side) ?? [];
    return Number(value) * (CM_PER_UNIT[unit] ?? Number.NaN);
  });
  const area = lengths.reduce((product, length) => product * length, 1);
  return Number.isFinite(area) ? area : undefined;
}
