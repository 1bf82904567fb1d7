import type { OcrParagraph, OcrWord } from '#shared/ports/ocr.ts';

/**
 * Mean confidence from which a reading makes sense. Upright pages had 86 to 94; the same pages turned, patterns and
 * foreign scripts 24 to 42.
 */
const LEGIBLE = 60;
/** In a line that makes sense, a poor word is a misread word; below this it is a stain. */
const STAIN = 5;
/** Lines that stand without others must have a word of this many letters or digits to count. */
const SHORTEST_WORD = 2;

export function countLetters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** The mean confidence of all words, each as heavy as it is long; 0 where there are none. */
export function legibility(words: readonly OcrWord[]): number {
  let sum = 0;
  let letters = 0;
  for (const { text, confidence } of words) {
    const weight = countLetters(text);
    if (weight < SHORTEST_WORD) continue;
    sum += weight * confidence;
    letters += weight;
  }
  return letters === 0 ? 0 : sum / letters;
}

export function isLegible(words: readonly OcrWord[]): boolean {
  return legibility(words) >= LEGIBLE;
}

/** Takes out the lines, and the stains in lines, in which nothing is written: foliage, fabric, frames. */
export function dropGarbage(paragraphs: readonly OcrParagraph[]): OcrParagraph[] {
  const legible = paragraphs.map((lines) => lines.map((line) => line.filter(isWord)).filter(isLegible));
  // Beside lines that make sense, a lone digit or letter does too: the number of a page or of a list's item.
  if (legible.flat().length === 0) return [];
  return paragraphs
    .map((lines) => lines.map((line) => line.filter(isWord)).filter((line) => isLegible(line) || isLoneSign(line)))
    .filter((lines) => lines.length > 0);
}

function isWord({ text, confidence }: OcrWord): boolean {
  return confidence >= STAIN || countLetters(text) > SHORTEST_WORD;
}

function isLoneSign(line: readonly OcrWord[]): boolean {
  const [sign, ...others] = line;
  return sign !== undefined && others.length === 0 && countLetters(sign.text) === 1 && sign.confidence >= 85;
}
