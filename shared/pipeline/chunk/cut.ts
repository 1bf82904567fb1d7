/** A text with what is needed to cut it without breaking letters. */
export interface Cuttable {
  text: string;
  graphemes: Intl.Segments;
  words: Intl.Segments;
}

export function cuttable(text: string): Cuttable {
  const segments = (granularity: 'grapheme' | 'word') => new Intl.Segmenter('und', { granularity }).segment(text);
  return { text, graphemes: segments('grapheme'), words: segments('word') };
}

/** Places to cut, best first; each matches up to where the next piece begins. */
const BREAKS = [/\n/g, /[.!?;:؟؛۔।]['"”’)\]]*\s+|[。！？；｡]['"”’」』）】]*\s*/g, /\s+|[、，､]\s*/g, /[,،;/\\|_-]/g];
/** How far from its even place a cut may move to a better one, in lengths of a piece. */
const SLACK = 0.25;

/**
 * Cuts a span that is too long into about `parts` pieces of even length: at line breaks, else ends of sentences, else
 * words, which are told by a dictionary where a script has no spaces, else letters. Code points are parted only when the
 * span is a single letter with its marks.
 * @returns the starts of the second and further pieces, ascending, strictly inside the span; empty when it cannot be cut
 */
export function cutEvenly(source: Cuttable, start: number, end: number, parts: number): number[] {
  const piece = (end - start) / Math.max(2, parts);
  const mayBreakLetter = isOneLetter(source, start, end);
  const cuts: number[] = [];
  for (let target = start + piece; target < end - piece / 2; target += piece) {
    const after = cuts.at(-1) ?? start;
    const near = Math.floor(target);
    const cut =
      cutNear(source, after, end, near, Math.ceil(piece * SLACK)) ??
      (mayBreakLetter ? codePointStart(source.text, after, near) : undefined);
    if (cut !== undefined) cuts.push(cut);
  }
  return cuts;
}

/** The best place in (start, end) near `target`. */
function cutNear(source: Cuttable, start: number, end: number, target: number, slack: number): number | undefined {
  const from = Math.max(start, target - slack);
  const around = source.text.slice(from, Math.min(end, target + slack));
  for (const pattern of BREAKS) {
    const places = [...around.matchAll(pattern)]
      .map((match) => from + match.index + match[0].length)
      .filter((at) => at > start && at < end && isLetterStart(source, at));
    const best = nearest(places, target);
    if (best !== undefined) return best;
  }
  const at = Math.min(Math.max(target, start + 1), end - 1);
  const word = nearest(
    borders(source.words, at).filter(
      (place) =>
        place >= from && place <= target + slack && place > start && place < end && isLetterStart(source, place),
    ),
    target,
  );
  if (word !== undefined) return word;
  const letters = borders(source.graphemes, at).filter((place) => place > start && place < end);
  return nearest(letters, target);
}

/** Where the segment that holds a place begins and ends. */
function borders(segments: Intl.Segments, at: number): number[] {
  const segment = segments.containing(at);
  return segment ? [segment.index, segment.index + segment.segment.length] : [];
}

/** Whether a span is one letter, with its marks: to cut it is to break it. */
export function isOneLetter(source: Cuttable, start: number, end: number): boolean {
  const letter = source.graphemes.containing(start);
  return letter !== undefined && end <= letter.index + letter.segment.length;
}

function isLetterStart(source: Cuttable, at: number): boolean {
  return source.graphemes.containing(at)?.index === at;
}

/** The start of the code point at a place, when that is after `start`. */
function codePointStart(text: string, start: number, at: number): number | undefined {
  const unit = text.charCodeAt(at);
  const place = unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
  return place > start ? place : undefined;
}

function nearest(places: readonly number[], target: number): number | undefined {
  return places.reduce<number | undefined>(
    (best, place) => (best === undefined || Math.abs(place - target) < Math.abs(best - target) ? place : best),
    undefined,
  );
}
