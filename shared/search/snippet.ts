import type { SearchResult } from '#shared/api/search.ts';

/** UTF-16 units; about three lines of a result. */
const LONGEST = 400;
/** Of one sentence that is longer: a table or a list that ends nowhere. */
const LONGEST_SENTENCE = 1_000;

type Span = SearchResult['snippet'];

// It holds no state. What ends a sentence is the same rule in every language.
const SENTENCES = new Intl.Segmenter('und', { granularity: 'sentence' });

/**
 * The part of a passage worth showing: neighbouring whole sentences, as many as fit, with the most highlighted text; the
 * first ones where nothing is highlighted. UTF-16 offsets, without the space around it.
 */
export function snippetOf(text: string, highlights: SearchResult['highlights']): Span {
  if (text.length <= LONGEST) return trimmed(text, { start: 0, end: text.length });
  const sentences = sentencesOf(text);
  let best: { span: Span; weight: number } | undefined;
  let last = 0;
  for (const [first, sentence] of sentences.entries()) {
    last = Math.max(last, first);
    while ((sentences[last + 1]?.end ?? Number.POSITIVE_INFINITY) - sentence.start <= LONGEST) last += 1;
    const span = { start: sentence.start, end: sentences[last]?.end ?? sentence.end };
    const weight = highlights
      .filter(({ start, end }) => start >= span.start && end <= span.end)
      .reduce((sum, { start, end }) => sum + end - start, 0);
    if (!best || weight > best.weight) best = { span, weight };
  }
  const { start, end } = best?.span ?? { start: 0, end: text.length };
  return trimmed(text, { start, end: Math.min(end, start + LONGEST_SENTENCE) });
}

/** Lines that were broken to fit a page are one sentence. */
function sentencesOf(text: string): Span[] {
  const spans: Span[] = [];
  for (const { segment, index } of SENTENCES.segment(text)) {
    const end = index + segment.length;
    const last = spans.at(-1);
    const goesOn = last !== undefined && /\p{Ll}|,/u.test(segment[0] ?? '') && !/\n\s*\n$/.test(text.slice(0, index));
    if (last && goesOn && end - last.start <= LONGEST) last.end = end;
    else spans.push({ start: index, end });
  }
  return spans;
}

function trimmed(text: string, { start, end }: Span): Span {
  const part = text.slice(start, end);
  const lead = part.length - part.trimStart().length;
  return part.trim() === '' ? { start, end: start } : { start: start + lead, end: start + part.trimEnd().length };
}
