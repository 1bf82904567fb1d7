import type { Attributes } from '../xml/read-xml.ts';
import { type ListStyles, OUTLINE } from './list-styles.ts';

/** Lists in each other that are counted. */
const MOST_DEPTH = 100;
const MOST_LEVELS = 10;

/** Follows the lists of a text and counts their items. */
export interface ListCounter {
  open(attributes: Attributes): void;
  close(): void;
  /** @returns what is shown before the item */
  item(attributes: Attributes): string;
  /** @returns the number of a heading; empty for most documents */
  heading(level: number, attributes: Attributes): string;
}

export function createListCounter(styles: ListStyles): ListCounter {
  const open: (string | undefined)[] = [];
  // Of each level, how far its last list came.
  let counts: (number | undefined)[] = [];
  let deeper = 0;
  const headings: (number | undefined)[] = [];
  return {
    open(attributes) {
      if (open.length >= MOST_DEPTH) {
        deeper++;
        return;
      }
      open.push(attributes['text:style-name'] ?? open.at(-1));
      const goesOn = attributes['text:continue-numbering'] === 'true' || attributes['text:continue-list'] !== undefined;
      if (!goesOn) counts = counts.slice(0, open.length - 1);
    },
    close() {
      if (deeper > 0) deeper--;
      else open.pop();
    },
    item(attributes) {
      const level = open.length;
      const style = open.at(-1);
      const given = Number(attributes['text:start-value'] ?? Number.NaN);
      const before = counts[level - 1];
      const count = Number.isInteger(given) ? given : before === undefined ? styles.start(style, level) : before + 1;
      counts[level - 1] = count;
      counts.length = level;
      return styles.mark(
        style,
        Array.from(counts, (one, at) => one ?? styles.start(style, at + 1)),
      );
    },
    heading(rawLevel, attributes) {
      const level = Math.min(MOST_LEVELS, Math.max(1, rawLevel));
      if (attributes['text:is-list-header'] === 'true' || !styles.has(OUTLINE)) return '';
      const before = headings[level - 1];
      headings[level - 1] = before === undefined ? styles.start(OUTLINE, level) : before + 1;
      headings.length = level;
      return styles.mark(
        OUTLINE,
        Array.from(headings, (one, at) => one ?? styles.start(OUTLINE, at + 1)),
      );
    },
  };
}
