// @ts-check
/** @import { Span } from './types.js' */

/**
 * Puts spans in order, inside the text, and joins those that overlap.
 * @param {readonly Span[]} spans
 * @param {number} length of the text
 * @returns {Span[]}
 */
export function tidySpans(spans, length) {
  const sorted = spans
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(length, end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  /** @type {Span[]} */
  const tidy = [];
  for (const span of sorted) {
    const last = tidy.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else tidy.push(span);
  }
  return tidy;
}

/**
 * Cuts a text into pieces that are marked or not; joined they are the text again.
 * @param {string} text
 * @param {readonly Span[]} spans
 * @returns {{ text: string, marked: boolean }[]}
 */
export function markedPieces(text, spans) {
  const pieces = [];
  let at = 0;
  for (const { start, end } of tidySpans(spans, text.length)) {
    if (start > at) pieces.push({ text: text.slice(at, start), marked: false });
    pieces.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}

/**
 * Joins the lines of a paragraph, as far as they can be told from lists and tables, and closes the space between
 * paragraphs. The length stays, so that spans stay valid.
 * @param {string} text
 * @returns {string}
 */
export function unwrapLines(text) {
  return text
    .replaceAll(/(?<!\n)\n(?=\p{Ll})/gu, ' ')
    .replaceAll(/\n{2,}/g, (lines) => `${' '.repeat(lines.length - 1)}\n`);
}

/**
 * Chooses the part of a passage that holds most of its highlights, cut between words.
 * @param {string} text
 * @param {readonly Span[]} spans
 * @param {number} maxLength UTF-16 units
 * @returns {{ text: string, spans: Span[], before: boolean, after: boolean }} spans within the part; whether text was
 *   left out before and after it
 */
export function snippet(text, spans, maxLength) {
  const tidy = tidySpans(spans, text.length);
  if (text.length <= maxLength) return { text, spans: tidy, before: false, after: false };
  const from = wordStart(text, bestStart(tidy, text.length, maxLength));
  const to = wordEnd(text, from, Math.min(text.length, from + maxLength));
  return {
    text: text.slice(from, to),
    spans: tidySpans(
      tidy.map(({ start, end }) => ({ start: start - from, end: end - from })),
      to - from,
    ),
    before: from > 0,
    after: to < text.length,
  };
}

/**
 * @param {readonly Span[]} spans
 * @param {number} length
 * @param {number} window
 * @returns {number} where the part with the most highlighted text begins; some words of its lead are kept
 */
function bestStart(spans, length, window) {
  const lead = Math.floor(window / 5);
  let best = 0;
  let bestWeight = 0;
  for (const { start } of spans) {
    const from = Math.max(0, start - lead);
    const weight = spans
      .filter((span) => span.start >= from && span.end <= from + window)
      .reduce((sum, span) => sum + span.end - span.start, 0);
    if (weight > bestWeight) {
      best = from;
      bestWeight = weight;
    }
  }
  return Math.max(0, Math.min(best, length - window));
}

/**
 * @param {string} text
 * @param {number} at
 */
function wordStart(text, at) {
  if (at === 0) return 0;
  const space = text.slice(at, at + 40).search(/\s\S/);
  return space === -1 ? codePointStart(text, at) : at + space + 1;
}

/**
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
function wordEnd(text, from, to) {
  if (to === text.length) return to;
  const tail = Math.max(from, to - 40);
  const space = text.slice(tail, to).search(/\s\S*$/);
  return space === -1 ? codePointStart(text, to) : tail + space;
}

/**
 * @param {string} text
 * @param {number} at
 * @returns {number} not in the middle of a surrogate pair
 */
function codePointStart(text, at) {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
