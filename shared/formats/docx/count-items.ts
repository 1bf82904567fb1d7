import { writeNumberAs } from '../text/write-number-as.ts';
import type { List, ListLevel, Lists } from './read-numbering.ts';

export const BULLET = '•';
/** Levels that Word has. */
const MOST_LEVELS = 9;

/** Counts the items of a document's lists, in the order in which their paragraphs stand. */
export interface ItemCounter {
  /**
   * @param style of the paragraph, where the list says itself which level that is
   * @returns what Word shows before the text, e.g. `1.2` or `(a)`; empty for none. Undefined: there is no such list
   */
  next(
    listId: string,
    level: number | undefined,
    style: string | undefined,
  ): { mark: string; level: number } | undefined;
}

export function createItemCounter(lists: Lists): ItemCounter {
  // By kind: lists of one kind count on from each other.
  const counts = new Map<string, (number | undefined)[]>();
  const begun = new Set<string>();

  function levelOf({ kind, own }: List, level: number): ListLevel | undefined {
    return own.get(level) ?? kind.levels.get(level);
  }
  function startOf(list: List, level: number): number {
    return list.starts.get(level) ?? levelOf(list, level)?.start ?? 1;
  }

  return {
    next(listId, wanted, style) {
      const list = lists.get(listId);
      if (!list) return undefined;
      const styled = style === undefined ? undefined : list.kind.ofStyle.get(style);
      const level = Math.min(MOST_LEVELS - 1, wanted ?? styled ?? 0);
      const settings = levelOf(list, level);
      if (!settings) return { mark: '', level };
      const state = counts.get(list.kind.id) ?? [];
      counts.set(list.kind.id, state);
      const first = `${listId} ${level}`;
      const beginsAnew = list.starts.has(level) && !begun.has(first);
      begun.add(first);
      const before = state[level];
      state[level] = before === undefined || beginsAnew ? startOf(list, level) : before + 1;
      for (let deeper = level + 1; deeper < MOST_LEVELS; deeper++) {
        const { restart = deeper } = levelOf(list, deeper) ?? {};
        if (level < restart) state[deeper] = undefined;
      }
      return { mark: writeMark(list, settings, state), level };
    },
  };

  function writeMark(list: List, settings: ListLevel, state: (number | undefined)[]): string {
    if (settings.format === 'bullet') return BULLET;
    return settings.text
      .replace(/%([1-9])/g, (_, digit: string) => {
        const at = Number(digit) - 1;
        // A level above that no paragraph stood in is shown as if there were one.
        state[at] ??= startOf(list, at);
        const above = levelOf(list, at);
        if (!above) return '';
        return writeNumberAs(
          state[at] ?? 1,
          settings.legal && above.format !== 'none' ? 'decimal' : above.format,
          above.custom,
        );
      })
      .trim();
  }
}
