/** A text with what is needed to cut it without breaking letters. */
export interface Cuttable {
  text: string;
  graphemes: Intl.Segments;
}

export function cuttable(text: string): Cuttable {
  return { text, graphemes: new Intl.Segmenter('und', { granularity: 'grapheme' }).segment(text) };
}

/** Places to cut, best first; each matches up to where the next piece begins. */
const BREAKS = [/\n/g, /[.!?;:。！？；]['"”’)\]]*\s+/g, /\s+/g, /[。、，,;/\\|_-]/g];
/** How far from its even place a cut may move to a better one, in lengths of a piece. */
const SLACK = 0.25;

/**
 * Cuts a span that is too long into about `parts` pieces of even length: at line breaks, else ends of sentences, else
 * words, else letters. Code points are parted only when the span is a single letter with its marks.
 * @returns the starts of the second and further pieces, ascending, strictly inside the span; empty when it cannot be cut
 */
export function cutEvenly(source: Cuttable, start: number, end: number, parts: number): number[] {
  const piece = (end - start) / Math.max(2, parts);
  const cuts: number[] = [];
  for (let target = start + piece; target < end - piece / 2; target += piece) {
    const after = cuts.at(-1) ?? start;
    const cut = cutNear(source, after, end, Math.floor(target), Math.ceil(piece * SLACK));
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
  const letter = source.graphemes.containing(at);
  const starts = letter ? [letter.index, letter.index + letter.segment.length] : [];
  return (
    nearest(
      starts.filter((place) => place > start && place < end),
      target,
    ) ?? codePointStart(source.text, start, at)
  );
}

function isLetterStart(source: Cuttable, at: number): boolean {
  return source.graphemes.containing(at)?.index === at;
}

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
