import type { Fragment } from './fragment.ts';

/** Fragments on about one baseline. */
export interface TextLine {
  text: string;
  fragments: Fragment[];
  x0: number;
  x1: number;
  y: number;
  size: number;
}

const SAME_LINE_EMS = 0.5;
/** Of the lines of running text, so many go on on the next, */
const GOES_ON = 0.6;
/** and have no room left for its first word, give or take so many ems. */
const ROOM_EMS = 1;
/** Words of a cell are fewer. */
const WORDS_OF_A_LINE = 2.5;
/** A line of so many letters may end where a name or a sentence begins. */
const LONG_LINE = 20;

/** Lines from top to bottom, without regard to gaps in them. */
export function textLines(fragments: readonly Fragment[]): TextLine[] {
  const lines: TextLine[] = [];
  for (const fragment of [...fragments].sort((a, b) => a.y - b.y || a.x0 - b.x0)) {
    const line = lines.at(-1);
    if (!line || fragment.y - line.y > SAME_LINE_EMS * fragment.size) {
      const { text, x0, x1, y, size } = fragment;
      lines.push({ text, fragments: [fragment], x0, x1, y, size });
      continue;
    }
    line.text += ` ${fragment.text}`;
    line.fragments.push(fragment);
    line.x0 = Math.min(line.x0, fragment.x0);
    line.x1 = Math.max(line.x1, fragment.x1);
  }
  return lines;
}

/** Whether the lines of a column are sentences that go on from line to line, and no cells one below the other. */
export function isRunningText(fragments: readonly Fragment[]): boolean {
  const lines = textLines(fragments);
  const words = lines.reduce((sum, { text }) => sum + text.trim().split(/\s+/).length, 0);
  const isSpaced = !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(lines[0]?.text ?? '');
  if (lines.length < 3 || (isSpaced && words < WORDS_OF_A_LINE * lines.length)) return false;
  const right = lines.reduce((most, { x1 }) => Math.max(most, x1), Number.NEGATIVE_INFINITY);
  const left = lines.reduce((least, { x0 }) => Math.min(least, x0), Number.POSITIVE_INFINITY);
  const pairs = lines.slice(1).map((below, index) => goesOn(lines[index] ?? below, below, { left, right }));
  const begins = lines.slice(1).some(({ text }) => /^[\p{Ll}\p{Lo}]/u.test(text));
  return begins && pairs.filter((one) => one).length >= GOES_ON * pairs.length;
}

function goesOn(above: TextLine, below: TextLine, column: { left: number; right: number }): boolean {
  const letter = (below.x1 - below.x0) / Math.max(1, below.text.length);
  const word = /^\S+/.exec(below.text.trim())?.[0].length ?? 0;
  const end = above.fragments.some(({ rtl }) => rtl) ? column.right - above.x0 + column.left : above.x1;
  const isFull = end + (word + 1) * letter > column.right - ROOM_EMS * above.size;
  if (!isFull) return false;
  if (/[-,\u00AD]$/.test(above.text) || /^\p{Ll}/u.test(below.text)) return true;
  return /^\p{Lo}/u.test(below.text) || (/^\p{L}/u.test(below.text) && above.text.length >= LONG_LINE);
}
