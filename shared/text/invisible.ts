// Soft hyphens, zero-width spaces and joiners, marks of writing direction, byte order marks: they say where a line may
// break or how letters join, and stand inside words of copied and typeset text.
const INVISIBLE = String.raw`\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff`;
const ANY = new RegExp(`[${INVISIBLE}]`);
// A zero-width space parts words in scripts that have no other space; a joiner makes one picture of several.
const DROPPED = new RegExp(
  String.raw`(?<!\p{Extended_Pictographic}[\ufe0f\p{EMod}]*)\u200d|` +
    String.raw`(?<![\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}])\u200b|[[${INVISIBLE}]--[\u200b\u200d]]`,
  'gv',
);

export interface VisibleText {
  text: string;
  /** Where a place between two characters of it is in what it was made of, before what was left out there. */
  startOf(at: number): number;
  endOf(at: number): number;
}

/** A text without what nobody sees; undefined when there is nothing of the kind. */
export function withoutInvisible(text: string): VisibleText | undefined {
  if (!ANY.test(text)) return undefined;
  const pieces: string[] = [];
  // Of each piece, where it starts in the result and in the text.
  const [starts, sources] = [[0], [0]];
  let [from, length] = [0, 0];
  for (const { index, 0: dropped } of text.matchAll(DROPPED)) {
    pieces.push(text.slice(from, index));
    length += index - from;
    from = index + dropped.length;
    starts.push(length);
    sources.push(from);
  }
  pieces.push(text.slice(from));
  const sourceOf = (at: number): number => {
    const piece = lastAtMost(starts, at);
    return at - (starts[piece] ?? 0) + (sources[piece] ?? 0);
  };
  return { text: pieces.join(''), startOf: sourceOf, endOf: (at) => (at === 0 ? 0 : sourceOf(at - 1) + 1) };
}

function lastAtMost(ascending: readonly number[], wanted: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((ascending[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
