import type { Fragment } from './fragment.ts';

/** `F o r m` is a word set wide; three letters may be initials. */
const MOST_INITIALS = 3;
/** Pairs of letters among the single ones: a wide letter comes nearer to the next. */
const PAIRS = 0.25;
/** Letters that stand this far apart, in ems, are no longer one word. */
const WIDEST_GAP_EMS = 2;
/** Between words the gap is this many times that between letters, and no more than that many times. */
const WORD_GAP = 1.5;
const WIDEST_WORD_GAP = 3;
/** The width of a letter before which a gap is wide, and of an `i`. */
const LETTER_EMS = 0.3;
const NARROW_LETTER_EMS = 0.2;
/** So many letters with a typed space after each are a word; fewer, as `x y z w`, only where they are capitals. */
const TYPED_LETTERS = 7;
/** Text that is drawn in another direction may lie between two runs. */
const SEEK_CHARS = 5_000;
/** Scripts that do not write words of single letters one after the other. */
const LETTERS =
  /^[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}$/u;
const LETTER_OR_DIGIT = /^[\p{L}\d]{1,2}$/u;
const PUNCTUATED = /^[("„“'‘]?|[)"“”'’.,:;!?]*$/gu;

/** Whether a page has words that are set letter by letter, so that it is worth knowing how they are drawn. */
export function hasSpacedLetters(groups: readonly (readonly Fragment[])[]): boolean {
  return groups.some((group) => group.some(({ text }) => isSpaced(text)) || wideRuns(group).length > 0);
}

/**
 * Puts words together that are set with gaps between their letters.
 * @param fragments of one direction, in the order in which the file draws
 * @param drawn the page as {@link drawnText}, which tells where such a run has spaces
 */
export function joinSpacedLetters(fragments: readonly Fragment[], drawn: string): Fragment[] {
  const index = indexOf(drawn);
  const joined: Fragment[] = [];
  for (const line of drawnLines(fragments)) {
    const spaced = line.some(({ text }) => isSpaced(text));
    joined.push(...(spaced ? joinSpacedLine(line, index) : line));
  }
  const result: Fragment[] = [];
  let next = 0;
  for (const { from, to } of wideRuns(joined)) {
    result.push(...joined.slice(next, from), ...joinWide(joined.slice(from, to)));
    next = to;
  }
  return [...result, ...joined.slice(next)];
}

function isSpaced(text: string): boolean {
  if (text.length <= 2 * MOST_INITIALS) return false;
  const words = bareWords(text);
  const pairs = words.filter((word) => [...word].length === 2).length;
  return (
    words.length > MOST_INITIALS &&
    pairs <= PAIRS * words.length &&
    words.every((word) => LETTERS.test(word)) &&
    !isAlphabet(words)
  );
}

/** What follows each other on one line. */
function drawnLines(fragments: readonly Fragment[]): Fragment[][] {
  const lines: Fragment[][] = [];
  for (const fragment of fragments) {
    const line = lines.at(-1);
    const before = line?.at(-1);
    if (line && before && isSameLine(before, fragment)) line.push(fragment);
    else lines.push([fragment]);
  }
  return lines;
}

/** On a line with a word set wide, a short one such as `o f` is one too; a wide gap may lie between two of its letters. */
function joinSpacedLine(line: readonly Fragment[], index: DrawnIndex): Fragment[] {
  const pitch = pitchOf(line);
  const result: Fragment[] = [];
  let before: Fragment | undefined;
  for (const fragment of line) {
    const letters = isSpaced(fragment.text) || isShortSpaced(fragment.text);
    const { text, afterSpace } = letters ? joinRun(fragment.text, index) : { text: fragment.text, afterSpace: true };
    const last = result.at(-1);
    const widestGap = pitch - NARROW_LETTER_EMS * fragment.size;
    if (last && before && !afterSpace && fragment.x0 - before.x1 < widestGap) {
      last.text += text;
      last.x1 = fragment.x1;
      last.spaceAfter = fragment.spaceAfter;
    } else result.push({ ...fragment, text });
    before = letters ? fragment : undefined;
  }
  return result;
}

/** From letter to letter. */
function pitchOf(line: readonly Fragment[]): number {
  return line.reduce((widest, { x0, x1, size, text }) => {
    if (!isSpaced(text)) return widest;
    return Math.max(widest, (x1 - x0 - LETTER_EMS * size) / (text.replace(/\s/g, '').length - 1));
  }, 0);
}

function isShortSpaced(text: string): boolean {
  return bareWords(text).every((word) => LETTER_OR_DIGIT.test(word));
}

function bareWords(text: string): string[] {
  return text.trim().replace(PUNCTUATED, '').trimEnd().split(' ');
}

/** `A B C D` counts something. */
function isAlphabet(words: readonly string[]): boolean {
  return words.every((word, at) => {
    const before = words[at - 1];
    return before === undefined || (word.codePointAt(0) ?? 0) === (before.codePointAt(0) ?? 0) + 1;
  });
}

interface DrawnIndex {
  drawn: string;
  /** Without white space. */
  letters: string;
  /** Where in `drawn` each of them stands. */
  places: number[];
  /** What comes before was looked for already: fragments come as they are drawn. */
  next: number;
}

function indexOf(drawn: string): DrawnIndex {
  const places: number[] = [];
  let letters = '';
  for (let at = 0; at < drawn.length; at++) {
    const letter = drawn.charAt(at);
    if (/\s/.test(letter)) continue;
    letters += letter;
    places.push(at);
  }
  return { drawn, letters, places, next: 0 };
}

/**
 * Words end where the file draws a space, or, where it draws one after each letter, several.
 * @returns also whether it draws one before the run
 */
function joinRun(text: string, index: DrawnIndex): { text: string; afterSpace: boolean } {
  const { drawn, letters, places, next } = index;
  const run = text.replace(/\s/g, '');
  const at = next + letters.slice(next, next + SEEK_CHARS).indexOf(run);
  const from = places[at];
  const to = places[at + run.length - 1];
  if (at < next || from === undefined || to === undefined) return { text: run, afterSpace: false };
  index.next = at + run.length;
  const afterSpace = /\s/.test(drawn.charAt(from - 1));
  const span = drawn.slice(from, to + 1);
  const gaps = span.match(/\s+/g)?.length ?? 0;
  const afterEach = gaps >= (1 - PAIRS) * (run.length - 1);
  if (!afterEach) return { text: span.replace(/\s+/g, ' '), afterSpace };
  if (run.length < TYPED_LETTERS && run !== run.toUpperCase()) return { text, afterSpace };
  const words = span.split(/\s{2,}/).map((word) => word.replace(/\s/g, ''));
  return { text: words.join(' '), afterSpace };
}

/** Runs of fragments of one letter each, evenly apart on one line. */
function wideRuns(fragments: readonly Fragment[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let from = 0;
  for (let at = 1; at <= fragments.length; at++) {
    const [before, here] = [fragments[at - 1], fragments[at]];
    if (before && here && isLetter(before) && isLetter(here) && isSameLine(before, here)) {
      const gap = here.x0 - before.x1;
      const letterGap = at - from > 1 ? before.x0 - (fragments[at - 2]?.x1 ?? 0) : 0;
      if (gap > 0 && gap < Math.max(WIDEST_GAP_EMS * here.size, WIDEST_WORD_GAP * letterGap)) continue;
    }
    if (isWideRun(fragments.slice(from, at))) runs.push({ from, to: at });
    from = at;
  }
  return runs;
}

function isLetter({ text }: Fragment): boolean {
  return text.length === 1 && LETTERS.test(text);
}

function isWideRun(run: readonly Fragment[]): boolean {
  if (run.length <= MOST_INITIALS + 1 || isAlphabet(run.map(({ text }) => text))) return false;
  const gap = usualGap(run);
  return run.every((fragment, at) => {
    const before = run[at - 1];
    const own = before ? fragment.x0 - before.x1 : gap;
    return own > gap / WORD_GAP;
  });
}

function joinWide(run: readonly Fragment[]): Fragment[] {
  const [first, ...others] = run;
  if (!first) return [];
  const gap = usualGap(run);
  const joined = { ...first };
  for (const fragment of others) {
    joined.text += (fragment.x0 - joined.x1 < WORD_GAP * gap ? '' : ' ') + fragment.text;
    joined.x1 = fragment.x1;
    joined.spaceAfter = fragment.spaceAfter;
  }
  return [joined];
}

function usualGap(run: readonly Fragment[]): number {
  const gaps = run.slice(1).map((fragment, at) => fragment.x0 - (run[at]?.x1 ?? 0));
  return gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
}

function isSameLine(a: Fragment, b: Fragment): boolean {
  return Math.abs(a.y - b.y) < 0.2 * b.size && Math.abs(a.size - b.size) < 0.1 * b.size;
}
