import type { TextItem } from 'pdfjs-dist/types/src/display/api.js';
import { cleanText } from '../text/clean-text.ts';
import { SOFT_HYPHEN } from './hyphenation.ts';
import { toLetters } from './presentation-forms.ts';
import type { Table } from './table.ts';

/**
 * A run of text with its place, turned so that lines run to the right and pages run down, whatever the rotation of the
 * text on its page. Units are PDF points.
 */
export interface Fragment {
  text: string;
  /** Left and right end along the line. */
  x0: number;
  x1: number;
  /** Baseline; grows downwards. */
  y: number;
  /** Font size. */
  size: number;
  rtl: boolean;
  /** The file has white space on its right. */
  spaceAfter: boolean;
  /** Counter-clockwise, from the page's own direction; vertical writing counts as turned thrice. */
  quarterTurns: number;
  /** Place in the order in which the file draws. */
  order: number;
  /** Stands for a whole table, from which it takes its place; its own text is empty. */
  table?: Table;
}

/** Bullets of the Symbol and Wingdings fonts, which arrive as private-use characters. */
const SYMBOL_BULLETS = /[\uF06E\uF076\uF0A7\uF0A8\uF0B7\uF0D8\uF0FC]/g;

/** The hyphen that is no minus, and the one at which no line ends. Nobody types either into a search. */
const OTHER_HYPHENS = /[\u2010\u2011]/g;

/**
 * Fragments of a page, one list for each direction of writing, the direction with most text first. White space alone
 * is no fragment, nor is a run drawn a second time at the same place (a way to fake bold type).
 */
export function toFragments(items: readonly TextItem[], isVertical: (fontName: string) => boolean): Fragment[][] {
  const groups = new Map<string, { fragments: Fragment[]; chars: number }>();
  let previous: Fragment | undefined;
  items.forEach((item, order) => {
    const text = toLetters(cleanText(item.str))
      .replace(SYMBOL_BULLETS, '•')
      .replace(OTHER_HYPHENS, '-')
      .replace(/\s+/g, ' ')
      // At the end of a line it is seen, and says that the word goes on.
      .concat(item.str.trimEnd().endsWith(SOFT_HYPHEN) ? SOFT_HYPHEN : '');
    if (text.trim() === '') {
      if (previous && text !== '') previous.spaceAfter = true;
      return;
    }
    const vertical = isVertical(item.fontName);
    const angle = vertical ? 0 : quarterTurns(item);
    const key = vertical ? 'vertical' : String(angle);
    const group = groups.get(key) ?? { fragments: [], chars: 0 };
    groups.set(key, group);
    const fragment = place(item, text, order, angle, vertical);
    if (previous && isOverprint(previous, fragment)) return;
    group.fragments.push(fragment);
    group.chars += text.length;
    previous = fragment;
  });
  return [...groups.values()].sort((a, b) => b.chars - a.chars).map((group) => group.fragments);
}

/** 0 to 3 turns counter-clockwise; slanted text counts to the nearest. */
function quarterTurns(item: TextItem): number {
  const [a = 1, b = 0] = item.transform as number[];
  return (Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4;
}

function place(item: TextItem, text: string, order: number, turns: number, vertical: boolean): Fragment {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = (item.transform as number[]).map(finite);
  const size = Math.max(1, Math.hypot(c, d) || Math.hypot(a, b));
  const common = { text, size, rtl: item.dir === 'rtl', spaceAfter: false, quarterTurns: vertical ? 3 : turns, order };
  // Vertical writing: lines run down and follow each other to the left.
  if (vertical) return { ...common, x0: -f, x1: -f + Math.abs(finite(item.height)), y: -e };
  const [x, y] = (
    [
      [e, -f],
      [f, e],
      [-e, f],
      [-f, -e],
    ] as const
  )[turns] ?? [e, -f];
  return { ...common, x0: x, x1: x + Math.abs(finite(item.width)), y };
}

/** Damaged files hold NaN and astronomically large numbers, which no page has. */
function finite(value: number): number {
  return Number.isFinite(value) ? Math.min(1e6, Math.max(-1e6, value)) : 0;
}

function isOverprint(a: Fragment, b: Fragment): boolean {
  const near = 0.2 * b.size;
  return a.text === b.text && Math.abs(a.x0 - b.x0) < near && Math.abs(a.y - b.y) < near;
}
