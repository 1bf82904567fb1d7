import { writeNumberAs } from '../text/write-number-as.ts';
import type { XmlEvents } from '../xml/read-xml.ts';

interface ListLevel {
  /** As `writeNumberAs` calls it; empty for bullets. */
  format: string;
  before: string;
  after: string;
  start: number;
  /** How many levels the number tells: 2 for `1.2`. */
  shown: number;
}

const FORMATS: Readonly<Record<string, string>> = {
  '1': 'decimal',
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
  '': 'none',
};
const BULLET = '-';
/** The style that headings are numbered by; no list has such a name. */
export const OUTLINE = '\n';
const MOST_LEVELS = 10;

/** The lists of a document: how their items are marked. */
export interface ListStyles {
  /** Hears the definitions, which stand before the text. */
  events: XmlEvents;
  /**
   * What is shown before an item.
   * @param counts of all levels, from the outermost one; the last one is that of the item
   */
  mark(style: string | undefined, counts: readonly number[]): string;
  has(style: string): boolean;
  /** The number that a level begins with. */
  start(style: string | undefined, level: number): number;
}

export function createListStyles(): ListStyles {
  const styles = new Map<string, Map<number, ListLevel>>();
  let current: Map<number, ListLevel> | undefined;
  const levelOf = (style: string | undefined, level: number): ListLevel | undefined =>
    styles.get(style ?? '')?.get(Math.min(level, MOST_LEVELS));

  return {
    events: {
      open(name, attributes) {
        if (name === 'list-style' || name === 'outline-style') {
          current = new Map();
          styles.set(name === 'outline-style' ? OUTLINE : (attributes['style:name'] ?? ''), current);
        } else if (current && /^(?:list|outline)-level-style/.test(name)) {
          const format = attributes['style:num-format'] ?? '';
          current.set(Number(attributes['text:level']) || 1, {
            format:
              name === 'list-level-style-number' || name === 'outline-level-style'
                ? (FORMATS[format] ?? 'decimal')
                : '',
            before: attributes['style:num-prefix'] ?? '',
            after: attributes['style:num-suffix'] ?? '',
            start: Number(attributes['text:start-value'] ?? 1),
            shown: Math.min(MOST_LEVELS, Number(attributes['text:display-levels']) || 1),
          });
        }
      },
      close(name) {
        if (name === 'list-style' || name === 'outline-style') current = undefined;
      },
    },
    mark(style, counts) {
      const level = levelOf(style, counts.length);
      if (!level || level.format === '') return style === OUTLINE ? '' : BULLET;
      const numbers = counts
        .map((count, at) => writeNumberAs(count, levelOf(style, at + 1)?.format || 'decimal'))
        .slice(-level.shown)
        .filter((number) => number !== '');
      return (level.before + (level.format === 'none' ? '' : numbers.join('.')) + level.after).trim();
    },
    has: (style) => styles.has(style),
    start: (style, level) => levelOf(style, level)?.start ?? 1,
  };
}
