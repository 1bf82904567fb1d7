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
 * Cuts a part out of a text.
 * @param {string} text
 * @param {Span} part
 * @param {readonly Span[]} spans
 * @returns {{ text: string, spans: Span[], before: boolean, after: boolean }} spans within the part; whether text was
 *   left out before and after it
 */
export function cutOut(text, { start, end }, spans) {
  const within = spans.filter((span) => span.start >= start && span.end <= end);
  return {
    text: text.slice(start, end),
    spans: within.map((span) => ({ start: span.start - start, end: span.end - start })),
    before: text.slice(0, start).trim() !== '',
    after: text.slice(end).trim() !== '',
  };
}

/**
 * Takes the signs by which a heading is marked in text from the pieces of it.
 * @param {readonly { text: string, marked: boolean }[]} pieces
 */
export function withoutHeadingSigns(pieces) {
  return pieces.map(({ text, marked }, index) => ({
    text: text.replaceAll(index === 0 ? /(^|\n)#{1,6} /g : /(\n)#{1,6} /g, '$1'),
    marked,
  }));
}
