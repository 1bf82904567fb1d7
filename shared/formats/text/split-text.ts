import type { ExtractedPage, Heading, OpenDocument } from '#shared/formats/format.ts';

/** UTF-16 units a page of an unpaged document holds at most, so that windows of pages stay small in memory. */
export const MAX_PAGE_CHARS = 64 * 1024;

/** A cut is sought in the last quarter of a page: at a blank line, else a line break, else a space. */
const SEARCH_FROM = 0.75;

/**
 * Presents the text of an unpaged document as pages of bounded size that, joined, are the text again. Cuts fall
 * between paragraphs, lines or words where there are any.
 * @param text cleaned text of the whole document
 * @param headings with offsets in `text`, ascending
 */
export function openText(text: string, headings: readonly Heading[], warnings: string[] = []): OpenDocument {
  const starts = pageStarts(text, MAX_PAGE_CHARS);
  return {
    pageCount: starts.length,
    warnings,
    async page(number): Promise<ExtractedPage> {
      const start = starts[number - 1];
      if (start === undefined) throw new RangeError(`Page ${number} of ${starts.length} was requested.`);
      const end = starts[number] ?? text.length;
      return {
        number,
        text: text.slice(start, end),
        headings: headings
          .slice(firstFrom(headings, start), firstFrom(headings, end))
          .map((heading) => ({ ...heading, offset: heading.offset - start })),
        charOffset: start,
      };
    },
    async close() {
      return undefined;
    },
  };
}

/** The index of the first heading at an offset or after it; halving, as a long text has thousands of pages and of headings. */
function firstFrom(headings: readonly Heading[], offset: number): number {
  let [low, high] = [0, headings.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((headings[middle]?.offset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Offsets at which pages of at most `maxChars` begin; one page for an empty text. Exported for its test. */
export function pageStarts(text: string, maxChars: number): number[] {
  const starts = [0];
  let start = 0;
  while (text.length - start > maxChars) {
    start = cutBefore(text, start + Math.floor(maxChars * SEARCH_FROM), start + maxChars);
    starts.push(start);
  }
  return starts;
}

/** The best place to cut in (from, to]. */
function cutBefore(text: string, from: number, to: number): number {
  for (const separator of ['\n\n', '\n', ' ']) {
    const at = text.lastIndexOf(separator, to - separator.length);
    if (at !== -1 && at + separator.length >= from) return at + separator.length;
  }
  return graphemeStart(text, to);
}

/** Without white space the cut falls before the grapheme that would be split, so that no letter loses its accent. */
function graphemeStart(text: string, at: number): number {
  const from = Math.max(0, at - 64);
  const letter = new Intl.Segmenter('und', { granularity: 'grapheme' })
    .segment(text.slice(from, at + 64))
    .containing(at - from);
  if (letter !== undefined && letter.index > 0) return from + letter.index;
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
