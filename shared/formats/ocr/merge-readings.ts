import type { OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';

/** A word of the language's dictionary is read with 95 and more; others, however clear, with 93 at most. */
const AT_HOME = 94.5;
/** Words of a text in its own language that are in the dictionary, as a share (measured: 0.72 and 0.94; in a foreign one 0.25). */
const HOME_SHARE = 0.6;
/** Another reading of a word counts when it is this sure, and surer than the first by this much. */
const SURE = 90;
const SURER_BY = 2;
const MIN_OVERLAP = 0.6;

/** How much of a text is in the dictionary of the language it was read in, from 0 to 1; 1 where that cannot be told. */
export function shareAtHome(words: readonly OcrWord[]): number {
  const speaking = words.filter(({ text }) => (text.match(/\p{L}/gu)?.length ?? 0) >= 3);
  if (speaking.length < 3) return 1;
  return speaking.filter(({ confidence }) => confidence >= AT_HOME).length / speaking.length;
}

export function isAtHome(words: readonly OcrWord[]): boolean {
  return shareAtHome(words) >= HOME_SHARE;
}

/** Takes from another language's reading of the same image the words of which it is surer. */
export function mergeReadings(base: readonly OcrParagraph[], other: readonly OcrParagraph[]): OcrParagraph[] {
  const others = other.flat(2).sort((a, b) => a.y0 - b.y0);
  return base.map((lines) => lines.map((line) => line.map((word) => better(word, others) ?? word)));
}

function better(word: OcrWord, others: readonly OcrWord[]): OcrWord | undefined {
  const rival = others.find((other) => overlap(word, other) >= MIN_OVERLAP);
  if (!rival || rival.confidence < SURE || rival.confidence < word.confidence + SURER_BY) return undefined;
  return { ...word, text: rival.text, confidence: rival.confidence };
}

/** The area that two words share, as a share of the area they take together. */
function overlap(a: OcrWord, b: OcrWord): number {
  const width = Math.min(a.x1, b.x1) - Math.max(a.x0, b.x0);
  const height = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a.x1 - a.x0) * (a.y1 - a.y0) + (b.x1 - b.x0) * (b.y1 - b.y0) - shared);
}
